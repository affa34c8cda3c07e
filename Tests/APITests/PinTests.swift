import PatchbayCore
import PatchbayJSON
import Testing

struct PinTests {
    private let api = TestAPI()

    @Test func `a workflow is moved to another version, and back`() async throws {
        let (trial, done, same, back, none) = try await api.test { client in
            let id = try await client.store(Documents.action(uses: "echo@1.0.0/say"))
            let path = "/api/v1/workflows/\(id)/connectors"
            return (
                try await client.post(path + "/upgrade", ["connector": "echo", "dry_run": true]),
                try await client.post(path + "/upgrade", ["connector": "echo", "to": "1.1.0"]),
                try await client.post(path + "/upgrade", ["connector": "echo", "to": "1.1.0"]),
                try await client.post(path + "/rollback", ["connector": "echo"]),
                try await client.post(path + "/rollback", ["connector": "http"])
            )
        }
        #expect(trial.status == 200, "\(trial.json)")
        #expect(trial.json["applied"] == false)
        #expect(trial.json["version"] == 1)
        let place = trial.json["places"]?[0]
        #expect(place?["before"] == "echo@1.0.0/say")
        #expect(place?["after"] == "echo@1.1.0/say")
        #expect(place?["pointer"]?.string?.hasSuffix("/uses") == true)
        #expect(trial.json["changes"]?["1.0.0"]?["old"] == "1.0.0")
        #expect(done.json["applied"] == true)
        #expect((done.json["from_version"], done.json["version"]) == (1, 2))
        #expect(same.json["applied"] == false)
        #expect(same.json["places"] == [])
        #expect(back.json["applied"] == true)
        #expect((back.json["to"], back.json["version"]) == ("1.0.0", 3))
        #expect((none.status, none.code) == (409, "NO_EARLIER_VERSION"))
    }

    @Test func `one that would have problems is not moved`() async throws {
        let (trial, refused, read) = try await api.test { client in
            let id = try await client.store(Documents.action())
            let path = "/api/v1/workflows/\(id)"
            return (
                try await client.post(
                    path + "/connectors/upgrade", ["connector": "echo", "to": "9.0.0", "dry_run": true]),
                try await client.post(path + "/connectors/upgrade", ["connector": "echo", "to": "9.0.0"]),
                try await client.get(path)
            )
        }
        #expect(trial.json["problems"]?[0]?["code"] == "unknown-version")
        #expect(refused.problems == ["unknown-version"])
        #expect(read.json["version"] == 1)
    }

    @Test func `requests that name nothing are refused with what is missing`() async throws {
        let answers = try await api.test { client in
            let id = try await client.store(Documents.action())
            let path = "/api/v1/workflows/\(id)/connectors/upgrade"
            return [
                try await client.post(path, [:]), try await client.post(path, ["connector": "echo", "to": "^1"]),
                try await client.post(path, ["connector": "ecko"]),
                try await client.post("/api/v1/workflows/wf_1/connectors/upgrade", ["connector": "echo"]),
            ]
        }
        #expect(answers.map(\.status) == [400, 400, 404, 404])
        #expect(answers[0].problems == ["missing-member"])
        #expect(answers[1].problems == ["bad-version"])
    }

    @Test func `all workflows that use a connector are moved by one request`() async throws {
        let answer = try await api.test { client in
            let old = try await client.store(Documents.action(uses: "echo@1.0.0/say"))
            let new = try await client.store(Documents.action(uses: "echo@1.1.0/say"))
            api.connectors.use(
                [(old, "echo@1.0.0"), (new, "echo@1.1.0")].map { id, pin in
                    ConnectorNeeds.Workflow(
                        id: WorkflowID(id)!, tenant: .initial, name: "", version: 1, pins: [ConnectorPin(pin)!])
                })
            return try await client.post("/api/v1/connectors/echo/upgrade", [:])
        }
        #expect(answer.json["to"] == "1.1.0")
        #expect(answer.json["items"]?.array?.map { $0["applied"] } == [true])
    }
}
