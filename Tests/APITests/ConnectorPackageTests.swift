import HTTPTypes
import PatchbayAPI
import PatchbayCore
import PatchbayJSON
import Testing

struct ConnectorPackageTests {
    private let api = TestAPI()

    private func install(_ text: String, _ client: TestClient, type: String = "application/vnd.patchbay.connector")
        async throws
        -> TestClient.Answer
    {
        try await client.raw(
            .post, "/api/v1/connectors?may_connect=true",
            headers: [.authorization: "Bearer \(TestAPI.key)", .contentType: type], body: Array(text.utf8))
    }

    @Test func `a package is installed once`() async throws {
        let (first, second, other) = try await api.test { client in
            (
                try await install("echo 1.1.0", client),
                try await install("echo 1.1.0", client, type: "application/octet-stream"),
                try await install("echo 1.1.0 otherwise", client)
            )
        }
        #expect(first.status == 201)
        #expect(first.headers[.location] == "/api/v1/connectors/echo/1.1.0")
        #expect(first.json["state"] == "enabled")
        #expect(first.json["may_connect"] == true)
        #expect(first.json["installed_by"] == "api")
        #expect(second.status == 200)
        #expect((other.status, other.code) == (409, "CONNECTOR_REFUSED"))
    }

    @Test func `a package that is refused says why`() async throws {
        let answer = try await api.test { try await install("nonsense", $0) }
        #expect((answer.status, answer.code) == (409, "CONNECTOR_REFUSED"))
        let refusal = answer.json["error"]?["details"]?["refusal"]
        #expect(refusal?["code"] == "package-malformed")
        #expect(refusal?["hint"] == "Pack it.")
    }

    @Test func `a package has a type, a size and an address that is allowed`() async throws {
        var api = api
        api.limits.package = 10
        let (type, size, foreign, missing, fetched, none) = try await api.test { client in
            (
                try await install("echo 1.1.0", client, type: "text/plain"),
                try await install("echo 1.1.0 and much more", client),
                try await client.post("/api/v1/connectors", ["url": "https://evil.example/echo.pbc"]),
                try await client.post("/api/v1/connectors", ["url": "https://packages.example/none"]),
                try await client.post("/api/v1/connectors", ["url": "https://packages.example/echo.pbc"]),
                try await client.post("/api/v1/connectors", [:])
            )
        }
        #expect((type.status, type.code) == (415, "UNSUPPORTED_MEDIA_TYPE"))
        #expect((size.status, size.code) == (413, "BODY_TOO_LARGE"))
        #expect((foreign.status, foreign.code) == (403, "SOURCE_NOT_ALLOWED"))
        #expect(foreign.json["error"]?["details"]?["allowed"] == ["packages.example"])
        #expect((missing.status, missing.code) == (502, "FETCH_FAILED"))
        #expect(fetched.status == 201)
        #expect(none.problems == ["missing-member"])
    }

    @Test func `nothing is installed without the key`() async throws {
        let answer = try await api.test { try await $0.raw(.post, "/api/v1/connectors", body: [1]) }
        #expect(answer.status == 401)
    }

    @Test func `a version is shown with its installation and the hosts that have it`() async throws {
        let (list, one, unknown, nonsense) = try await api.test { client in
            _ = try await install("echo 1.1.0", client)
            return (
                try await client.get("/api/v1/connectors"), try await client.get("/api/v1/connectors/echo/1.1.0"),
                try await client.get("/api/v1/connectors/echo/9.0.0"),
                try await client.get("/api/v1/connectors/echo/newest")
            )
        }
        #expect(list.json["items"]?[1]?["installation"]?["state"] == "enabled")
        #expect(list.json["items"]?[2]?["installation"] == .null)
        #expect(one.json["operations"]?[0]?["id"] == "say")
        #expect(one.json["hosts"]?.array?.map { $0["state"] } == ["loaded", "refused"])
        #expect(one.json["hosts"]?[1]?["refusal"]?["code"] == "package-malformed")
        #expect((unknown.status, nonsense.status) == (404, 404))
    }

    @Test func `what this host has set aside is tried again, whoever installed it`() async throws {
        let (aside, other, unknown, nonsense) = try await api.test { client in
            (
                try await client.post("/api/v1/connectors/echo/1.0.0/resume"),
                try await client.post("/api/v1/connectors/echo/1.1.0/resume"),
                try await client.post("/api/v1/connectors/echo/9.0.0/resume"),
                try await client.post("/api/v1/connectors/echo/newest/resume")
            )
        }
        #expect(aside.status == 200)
        #expect(aside.json == ["connector": "echo", "version": "1.0.0", "resumed": true])
        #expect((other.status, other.json["resumed"]) == (200, false))
        #expect((unknown.status, nonsense.status) == (404, 404))
    }

    @Test func `a version is disabled and enabled, and this host follows at once`() async throws {
        let (disabled, enabled, local, unknown) = try await api.test { client in
            _ = try await install("echo 1.1.0", client)
            return (
                try await client.post("/api/v1/connectors/echo/1.1.0/disable"),
                try await client.post("/api/v1/connectors/echo/1.1.0/enable"),
                try await client.post("/api/v1/connectors/echo/1.0.0/disable"),
                try await client.post("/api/v1/connectors/ecko/1.0.0/disable")
            )
        }
        #expect(disabled.json["state"] == "disabled")
        #expect(enabled.json["state"] == "enabled")
        #expect(api.connectors.settled == 2)
        #expect((local.status, local.code) == (409, "CONNECTOR_NOT_MANAGED"))
        #expect((unknown.status, unknown.code) == (404, "CONNECTOR_NOT_FOUND"))
    }

    @Test func `enabling lets this host try again what it set aside, also of its own folder`() async throws {
        let answer = try await api.test { try await $0.post("/api/v1/connectors/echo/1.0.0/enable") }
        #expect(answer.status == 200)
        #expect(answer.json == ["connector": "echo", "version": "1.0.0"])
    }

    @Test func `what is needed stays, with the list of those who need it`() async throws {
        let (workflow, run) = (
            WorkflowID.new(at: Timestamp(milliseconds: 1)), RunID.new(at: Timestamp(milliseconds: 1))
        )
        let needs = ConnectorNeeds(
            workflows: [.init(id: workflow, tenant: .initial, name: "w", version: 3, pins: [])], workflowCount: 1,
            runs: [run], runCount: 7)
        let (refused, retiring, asked, removed, gone) = try await api.test { client in
            _ = try await install("echo 1.1.0", client)
            api.connectors.need(needs)
            let refused = try await client.delete("/api/v1/connectors/echo/1.1.0")
            let retiring = try await client.post("/api/v1/connectors/echo/1.1.0/retire")
            let asked = try await client.get("/api/v1/connectors/echo/1.1.0/needs")
            api.connectors.need(ConnectorNeeds())
            return (
                refused, retiring, asked, try await client.delete("/api/v1/connectors/echo/1.1.0"),
                try await client.delete("/api/v1/connectors/echo/1.1.0")
            )
        }
        #expect((refused.status, refused.code) == (409, "CONNECTOR_IN_USE"))
        let details = refused.json["error"]?["details"]
        #expect(details?["workflows"]?[0]?["id"] == .string(workflow.description))
        #expect(details?["runs"] == [.string(run.description)])
        #expect(details?["run_count"] == 7)
        #expect(retiring.status == 202)
        #expect(retiring.json["installation"]?["state"] == "retiring")
        #expect(asked.json["workflow_count"] == 1)
        #expect(removed.status == 204)
        #expect((gone.status, gone.code) == (409, "CONNECTOR_NOT_MANAGED"))
    }

    @Test func `a rollback withdraws the newest version, once`() async throws {
        let (done, wrong, single, unknown) = try await api.test { client in
            _ = try await install("echo 1.1.0", client)
            return (
                try await client.post("/api/v1/connectors/echo/rollback", ["from": "1.1.0"]),
                try await client.post("/api/v1/connectors/echo/rollback", ["from": "1.0.0"]),
                try await client.post("/api/v1/connectors/broken/rollback"),
                try await client.post("/api/v1/connectors/nothing/rollback")
            )
        }
        #expect(done.json == ["connector": "echo", "disabled": "1.1.0", "current": "1.0.0"])
        #expect((wrong.status, wrong.code) == (409, "NO_EARLIER_VERSION"))
        #expect(single.status == 404)
        #expect(unknown.status == 404)
    }
}
