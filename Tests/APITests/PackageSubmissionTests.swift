import HTTPTypes
import PatchbayAPI
import PatchbayCore
import PatchbayJSON
import Testing

struct PackageSubmissionTests {
    private let api = TestAPI()
    private static let type = "application/vnd.patchbay.connector"

    private func submit(
        _ text: String, _ client: TestClient, query: String = "", type: String = Self.type,
        as headers: HTTPFields? = nil
    ) async throws -> TestClient.Answer {
        var headers = headers ?? [.authorization: "Bearer \(TestAPI.key)"]
        headers[.contentType] = type
        return try await client.raw(
            .post, "/api/v1/connector-submissions" + query, headers: headers, body: Array(text.utf8))
    }

    private func publish(_ text: String, _ client: TestClient) async throws {
        #expect(try await submit(text, client).status == 201)
        let place = text.split(separator: " ").prefix(2).joined(separator: "/")
        let approved = try await client.post("/api/v1/connector-submissions/\(place)/approve")
        #expect(approved.json["state"] == "published", "\(approved.json)")
    }

    @Test func `a package is submitted, checked, looked at, approved, found and downloaded`() async throws {
        try await api.test { client in
            let made = try await submit("acme 1.0.0 api.acme.example", client)
            #expect(made.status == 201)
            #expect(made.headers[.location] == "/api/v1/connector-submissions/acme/1.0.0")
            #expect(made.json["state"] == "pending")
            #expect(made.json["check"]?["passed"] == true)
            #expect(made.json["changes"] == .null)
            #expect(try await client.get("/api/v1/connector-packages").json["items"] == [])
            #expect(try await client.get("/api/v1/connector-packages/acme/1.0.0").code == "PACKAGE_NOT_FOUND")
            let waiting = try await client.get("/api/v1/connector-submissions")
            #expect(waiting.json["items"]?[0]?["tenant_id"] == .string(TenantID.initial.description))
            #expect(try await submit("acme 1.0.0", client).code == "PACKAGE_CONFLICT")
            let approved = try await client.post("/api/v1/connector-submissions/acme/1.0.0/approve")
            #expect(approved.json["state"] == "published")

            let next = try await submit("acme 1.1.0 api.acme.example other.example", client)
            #expect(next.json["changes"] == ["old": "1.0.0", "new": "1.1.0"])
            #expect(next.json["signer_changed"] == false)
            let found = try await client.get("/api/v1/connector-packages?q=WHAT%20it")
            #expect(found.json["items"]?.array?.map { $0["version"] } == ["1.0.0"])
            #expect(found.json["items"]?[0]?["permissions"]?["hosts"] == ["api.acme.example"])
            #expect(try await client.get("/api/v1/connector-packages?q=nothing").json["items"] == [])
            #expect(try await client.get("/api/v1/connector-packages/acme").json["items"]?.array?.count == 1)
            #expect(try await client.get("/api/v1/connector-packages/acme/1.0.0").json["manifest"]?["id"] == "acme")
            let bytes = try await client.get("/api/v1/connector-packages/acme/1.0.0/content")
            #expect(bytes.bytes == Array("acme 1.0.0 api.acme.example".utf8))
            #expect(bytes.headers[.contentDisposition]?.contains("acme-1.0.0.pbc") == true)
            let installed = try await client.post("/api/v1/connector-packages/acme/1.0.0/install")
            #expect((installed.status, installed.json["state"]) == (201, "enabled"))
        }
        let told = api.audit.all.map(\.action)
        for action in [.packageSubmitted, .packageApproved, .connectorInstalled] as [AuditAction] {
            #expect(told.contains(action), "\(action)")
        }
    }

    @Test func `a package that fails a check is kept as rejected, with the report, and is submitted anew`() async throws
    {
        try await api.test { client in
            let failed = try await submit("acme 1.0.0 failing", client)
            #expect((failed.status, failed.json["state"]) == (201, "rejected"))
            #expect(failed.json["check"]?["failed"] == ["load"])
            #expect(failed.json["report"]?["passed"] == false)
            let approved = try await client.post("/api/v1/connector-submissions/acme/1.0.0/approve")
            #expect(approved.code == "PACKAGE_CONFLICT")
            #expect(try await client.get("/api/v1/connector-packages/acme/1.0.0/content").status == 404)
            #expect(try await submit("acme 1.0.0", client).json["state"] == "pending")
            let refused = try await client.post(
                "/api/v1/connector-submissions/acme/1.0.0/reject", ["reasons": "Say more."])
            #expect(refused.json["reasons"] == "Say more.")
            #expect(try await client.post("/api/v1/connector-submissions/acme/1.0.0/reject", [:]).status == 400)
            let own = try await client.get("/api/v1/connector-submissions/own")
            #expect(own.json["items"]?[0]?["state"] == "rejected")
        }
    }

    @Test func `what is held waits for its tenant, and what is waiting is taken back`() async throws {
        try await api.test { client in
            #expect(try await submit("acme 1.0.0", client, query: "?hold=true").json["held"] == true)
            let place = "/api/v1/connector-submissions/acme/1.0.0"
            #expect(try await client.post(place + "/publish").code == "PACKAGE_CONFLICT")
            #expect(try await client.post(place + "/approve").json["state"] == "approved")
            #expect(try await client.post(place + "/publish").json["state"] == "published")
            #expect(try await client.post(place + "/withdraw").code == "PACKAGE_CONFLICT")
            _ = try await submit("acme 1.1.0", client)
            let taken = try await client.post("/api/v1/connector-submissions/acme/1.1.0/withdraw")
            #expect(taken.json["state"] == "withdrawn")
        }
    }

    @Test func `another key needs the moderator's word`() async throws {
        try await api.test { client in
            try await publish("acme 1.0.0", client)
            let other = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="
            let made = try await submit("acme 1.1.0", client, query: "?signer=" + other)
            #expect(made.json["signer_changed"] == true)
            let place = "/api/v1/connector-submissions/acme/1.1.0/approve"
            #expect(try await client.post(place).code == "PACKAGE_CONFLICT")
            #expect(try await client.post(place, ["accept_signer": true]).json["state"] == "published")
        }
    }

    @Test func `packages have a type, a size, a form and a place in the queue`() async throws {
        var api = api
        api.limits.package = 30
        try await api.test { client in
            #expect(try await submit("acme 1.0.0", client, type: "application/json").status == 415)
            #expect(try await submit(String(repeating: "x", count: 31), client).status == 413)
            #expect(try await submit("nonsense", client).code == "CONNECTOR_REFUSED")
            let busy = try await submit("acme 1.0.0 busy", client)
            #expect((busy.status, busy.headers[.retryAfter]) == (503, "30"))
            #expect(try await submit("acme 1.0.0", client, query: "?signer=short").status == 400)
            for number in 0..<PackageSubmission.mostPending {
                #expect(try await submit("acme 1.0.\(number)", client).status == 201)
            }
            #expect(try await submit("acme 2.0.0", client).code == "PACKAGE_CONFLICT")
        }
    }

    @Test func `tenants see and change their own, and only admins offer code`() async throws {
        let tenant = TestAPI.elsewhere
        let admin = api.person("admin@example.com", [tenant: "admin"])
        let editor = api.person("editor@example.com", [tenant: "editor"])
        try await api.test { client in
            let (admin, editor) = (
                try await api.session(of: admin, in: tenant), try await api.session(of: editor, in: tenant)
            )
            #expect(try await submit("acme 1.0.0", client, as: editor).status == 403)
            #expect(try await submit("acme 1.0.0", client, as: admin).status == 201)
            #expect(try await client.ask(.get, "/api/v1/connector-submissions", by: admin).status == 403)
            #expect(try await client.ask(.get, "/api/v1/connector-submissions/own", by: editor).status == 200)
            let place = "/api/v1/connector-submissions/acme/1.0.0"
            #expect(try await client.ask(.post, place + "/approve", by: admin).status == 403)
            #expect(try await client.get(place).status == 200)
            #expect(try await client.post(place + "/withdraw").code == "PACKAGE_NOT_FOUND")
            #expect(try await client.post(place + "/approve").status == 200)
            // The id is that tenant's now.
            #expect(try await submit("acme 2.0.0", client).code == "PACKAGE_CONFLICT")
            _ = try await submit("mine 1.0.0", client)
            #expect(try await client.ask(.get, "/api/v1/connector-submissions/mine/1.0.0", by: admin).status == 404)
            _ = try await client.post("/api/v1/connector-submissions/mine/1.0.0/approve")
            let yank = "/api/v1/connector-packages/mine/1.0.0/yank"
            #expect(try await client.ask(.post, yank, ["reason": "Bad."], by: admin).status == 403)
            #expect(
                try await client.ask(.get, "/api/v1/connector-packages/acme/1.0.0/content", by: admin).status == 403)
            let own = try await client.ask(
                .post,
                "/api/v1/connector-packages/acme/1.0.0/yank", ["reason": "Bad."], by: admin)
            #expect((own.status, own.json["needs"]) == (200, nil))
        }
    }
}

/// What becomes of versions that are not to be used any more.
struct PackageRecallTests {
    private let api = TestAPI()

    private func publish(_ text: String, _ client: TestClient) async throws {
        let made = try await client.raw(
            .post, "/api/v1/connector-submissions",
            headers: [
                .authorization: "Bearer \(TestAPI.key)", .contentType: "application/vnd.patchbay.connector",
            ], body: Array(text.utf8))
        #expect(made.status == 201)
        let place = text.split(separator: " ").prefix(2).joined(separator: "/")
        #expect(try await client.post("/api/v1/connector-submissions/\(place)/approve").status == 200)
    }

    private func workflow(_ uses: String) -> JSON {
        [
            "name": "Echo",
            "nodes": [
                ["id": "start", "type": "manual"],
                ["id": "say", "type": "action", "uses": .string(uses), "input": ["text": "hello"]],
            ], "edges": [["source": "start", "target": "say"]],
        ]
    }

    @Test func `a yanked version is not offered, installed or pinned anew, and stays where it is`() async throws {
        try await api.test { client in
            try await publish("echo 1.1.0", client)
            let package = "/api/v1/connector-packages/echo/1.1.0"
            #expect(try await client.post(package + "/install").status == 201)
            let there = try await client.post("/api/v1/workflows", workflow("echo@1.1.0/say"))
            let place = try #require(there.headers[.location])
            #expect(try await client.post(package + "/yank", [:]).status == 400)
            let yanked = try await client.post(package + "/yank", ["reason": "It loses words."])
            #expect(yanked.json["recall"]?["kind"] == "yanked")
            #expect(yanked.json["needs"]?["workflow_count"] == 0)
            #expect(try await api.connectors.installations().first?.state == .disabled)
            #expect(try await client.get("/api/v1/connector-packages").json["items"] == [])
            #expect(try await client.get(package).json["recall"]?["reason"] == "It loses words.")
            let refused = try await client.post(package + "/install")
            #expect(refused.code == "CONNECTOR_REFUSED")
            #expect(refused.json["error"]?["details"]?["refusal"]?["code"] == "version-yanked")

            let fresh = try await client.post("/api/v1/workflows", workflow("echo@1.1.0/say"))
            #expect(fresh.problems == ["version-yanked"])
            let problem = fresh.json["error"]?["details"]?["problems"]?[0]
            #expect(problem?["pointer"] == "/nodes/1/uses")
            #expect(problem?["message"]?.string?.contains("It loses words.") == true)
            #expect(try await client.post("/api/v1/workflows", workflow("echo@1.0.0/say")).status == 201)
            // What is pinned to it is changed and saved as ever.
            var changed = workflow("echo@1.1.0/say").object ?? [:]
            changed["name"] = "Echo again"
            #expect(try await client.put(place, .object(changed)).status == 200)
            let other = try await client.post("/api/v1/workflows", workflow("echo@1.0.0/say"))
            let moved = try await client.post(
                try #require(other.headers[.location]) + "/connectors/upgrade", ["connector": "echo", "to": "1.1.0"])
            #expect(moved.problems == ["version-yanked"])

            #expect(try await client.post(package + "/restore").json["recall"] == .null)
            #expect(try await client.post("/api/v1/workflows", workflow("echo@1.1.0/say")).status == 201)
        }
        #expect(api.audit.all.map(\.action).contains(.packageYanked))
        #expect(api.audit.all.map(\.action).contains(.packageRestored))
    }

    @Test func `a quarantined version is for operators' eyes, and stops its connector's publishing`() async throws {
        let tenant = TestAPI.elsewhere
        let admin = api.person("admin@example.com", [tenant: "admin"])
        try await api.test { client in
            let session = try await api.session(of: admin, in: tenant)
            try await publish("acme 1.0.0", client)
            try await publish("acme 1.1.0", client)
            let package = "/api/v1/connector-packages/acme/1.1.0"
            #expect(try await client.ask(.post, package + "/quarantine", ["reason": "No."], by: session).status == 403)
            let made = try await client.post(package + "/quarantine", ["reason": "It may send data elsewhere."])
            #expect(made.json["recall"]?["kind"] == "quarantined")
            #expect(try await client.ask(.get, package, by: session).status == 404)
            #expect(try await client.get(package).status == 200)
            #expect(try await client.get(package + "/content").status == 200)
            let listed = try await client.ask(.get, "/api/v1/connector-packages/acme", by: session)
            #expect(listed.json["items"]?.array?.map { $0["version"] } == ["1.0.0"])
            let next = try await client.raw(
                .post, "/api/v1/connector-submissions",
                headers: [
                    .authorization: "Bearer \(TestAPI.key)", .contentType: "application/octet-stream",
                ], body: Array("acme 1.2.0".utf8))
            #expect(next.status == 201)
            let held = try await client.post("/api/v1/connector-submissions/acme/1.2.0/approve")
            #expect(held.json["error"]?["details"]?["quarantined"] == "acme@1.1.0")
            #expect(try await client.post(package + "/restore").status == 200)
            #expect(try await client.post("/api/v1/connector-submissions/acme/1.2.0/approve").status == 200)
        }
    }
}
