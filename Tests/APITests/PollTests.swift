import PatchbayCore
import PatchbayJSON
import Testing

struct PollTests {
    private let api = TestAPI()

    private func record() -> PollRecord {
        let moment = Timestamp(milliseconds: 1_760_000_000_000)
        return PollRecord(
            id: .new(at: moment), tenant: .initial, workflow: .new(at: moment), node: "orders", name: "orders",
            uses: "echo@1.1.0/news", credential: nil, config: ["every": "1m"], nextAt: moment + 60_000,
            progress: PollProgress(
                cursor: ["after": 7], failures: 2, error: ["code": "unavailable", "message": "It is down."],
                polledAt: moment, items: 40), createdAt: moment, updatedAt: moment)
    }

    @Test func `polling triggers are listed with their cursor and last error`() async throws {
        let record = record()
        api.polls.put(record)
        try await api.test { client in
            let item = try await client.get("/api/v1/polls?workflow_id=\(record.workflow)").json["items"]?[0]
            #expect(item?["status"] == "failing")
            #expect(item?["cursor"] == ["after": 7])
            #expect(item?["error"]?["code"] == "unavailable")
            #expect(try await client.get("/api/v1/polls/\(record.id)").json == item)
            let unknown = PollID.new(at: Timestamp(milliseconds: 1))
            #expect(try await client.get("/api/v1/polls/\(unknown)").code == "POLL_NOT_FOUND")
        }
    }

    @Test func `a polling trigger is polled now, and begins anew`() async throws {
        let record = record()
        api.polls.put(record)
        try await api.test { client in
            let hurried = try await client.post("/api/v1/polls/\(record.id)/poll", [:])
            #expect(hurried.status == 202)
            #expect(hurried.json["next_at"] != .string((record.nextAt ?? record.createdAt).description))
            let reset = try await client.post("/api/v1/polls/\(record.id)/reset", [:])
            #expect(reset.json["cursor"] == .null)
            #expect(reset.json["status"] == "new")
            let placed = try await client.post("/api/v1/polls/\(record.id)/reset", ["cursor": ["after": 3]])
            #expect(placed.json["cursor"] == ["after": 3])
        }
    }
}
