import PatchbayCore
import PatchbayJSON
import Testing

struct OperatingTests {
    private let api = TestAPI()

    @Test func `a paused workflow starts no runs until it is resumed`() async throws {
        try await api.test { [api] client in
            let id = try await client.store(Documents.manual)
            let paused = try await client.post("/api/v1/workflows/\(id)/pause", ["hold": true])
            #expect(paused.json["status"] == "paused")
            #expect(api.queue.isHeld(try #require(WorkflowID(id))))
            let refused = try await client.post("/api/v1/workflows/\(id)/execute", ["async": true])
            #expect(refused.status == 409)
            #expect(refused.code == "WORKFLOW_PAUSED")
            let resumed = try await client.post("/api/v1/workflows/\(id)/resume", [:])
            #expect(resumed.json["status"] == "active")
            #expect(try await client.post("/api/v1/workflows/\(id)/execute", ["async": true]).status == 202)
        }
    }

    @Test func `a workflow that is not there is neither paused nor resumed`() async throws {
        try await api.test { client in
            let id = WorkflowID.new(at: Timestamp(milliseconds: 1))
            for verb in ["pause", "resume"] {
                let answer = try await client.post("/api/v1/workflows/\(id)/\(verb)", [:])
                #expect(answer.code == "WORKFLOW_NOT_FOUND")
            }
        }
    }

    @Test func `breakers are listed with what they let through`() async throws {
        let key = GateKey(tenant: .initial, connector: "slack", version: "1.0.0", credential: "bot")
        let moment = Timestamp(milliseconds: 1_760_000_000_000)
        try await api.queue.publish([
            GateRecord(key: key, state: .open, until: moment + 5_000, calls: 10, failures: 9, since: moment)
        ])
        let answer = try await api.test { try await $0.get("/api/v1/connectors/breakers") }
        let item = answer.json["items"]?[0]
        #expect(item?["state"] == "open")
        #expect(item?["connector"] == "slack")
        #expect(item?["credential"] == "bot")
        #expect(item?["until"]?.string == (moment + 5_000).description)
        #expect(item?["failures"] == 9)
    }

    @Test func `a tenant's share of the workers is set whole, and mistakes in it are all told`() async throws {
        try await api.test { client in
            let set = try await client.put("/api/v1/limits", ["weight": 3, "concurrency": 20, "labels": ["eu"]])
            #expect(set.json == ["weight": 3, "concurrency": 20, "labels": ["eu"]])
            let reset = try await client.put("/api/v1/limits", [:])
            #expect(reset.json == ["weight": 1, "concurrency": .null, "labels": []])
            let refused = try await client.put(
                "/api/v1/limits", ["weight": 0, "concurrency": -1, "labels": ["No spaces"], "wait": 1])
            #expect(refused.status == 400)
            #expect(refused.problems.count == 4)
            #expect(try await client.get("/api/v1/limits").json == reset.json)
        }
    }
}
