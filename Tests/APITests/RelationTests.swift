import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

/// Runs that answer, are told something, and start each other.
@Suite(.timeLimit(.minutes(5)))
struct RelationTests {
    private let api = TestAPI()

    private func document(
        _ name: String, on trigger: JSON = ["id": "start", "type": "manual"], _ node: JSON, _ more: [JSON] = []
    ) -> JSON {
        var edges: [JSON] = []
        var last = trigger["id"]
        for node in [node] + more {
            edges.append(["source": last ?? .null, "target": node["id"] ?? .null])
            last = node["id"]
        }
        return ["name": .string(name), "nodes": .array([trigger, node] + more), "edges": .array(edges)]
    }

    private let answer: JSON = [
        "id": "r", "type": "respond",
        "config": [
            "status": 201, "headers": ["X-Kind": "order", "Content-Length": "7"],
            "body": ["got": "{{ trigger.body.n }}"],
        ],
    ]
    private let wait: JSON = ["id": "w", "type": "wait", "config": ["event": "paid", "timeout": "1d"]]

    @Test func `an execution is answered with what the workflow responds, while that goes on`() async throws {
        let (answer, later) = try await api.testWithWorker { [self] client in
            let id = try await client.store(document("w", self.answer, [wait]))
            let answer = try await client.post("/api/v1/workflows/\(id)/execute", ["input": ["n": 4]])
            return (answer, try await client.get("/api/v1/runs"))
        }
        #expect(answer.status == 201)
        #expect(answer.json == ["got": 4])
        #expect(answer.headers[HTTPField.Name("X-Kind")!] == "order")
        #expect(later.json["items"]?[0]?["status"] == "running")
    }

    @Test func `a delivery is kept waiting for the answer where the webhook says so`() async throws {
        let trigger: JSON = ["id": "hook", "type": "webhook", "config": ["path": "ask", "wait": "30s"]]
        let (answer, plain) = try await api.testWithWorker { [self] client in
            _ = try await client.store(document("w", on: trigger, self.answer))
            let other: JSON = ["id": "hook", "type": "webhook", "config": ["path": "tell", "wait": "30s"]]
            _ = try await client.store(
                document("v", on: other, ["id": "s", "type": "set", "config": ["values": ["a": 1]]]))
            return (
                try await client.post("/webhook/ask", ["n": 5]), try await client.post("/webhook/tell", ["n": 5])
            )
        }
        #expect(answer.status == 201)
        #expect(answer.json == ["got": 5])
        #expect(plain.status == 200)
        #expect(plain.json["status"] == "completed")
        #expect(plain.json["output"] == nil)
    }

    @Test func `a webhook cannot keep anybody waiting for longer than senders wait`() async throws {
        let answer = try await api.test { [self] client in
            let trigger: JSON = ["id": "hook", "type": "webhook", "config": ["path": "ask", "wait": "1h"]]
            return try await client.post("/api/v1/workflows", document("w", on: trigger, self.answer))
        }
        #expect(answer.problems == ["bad-value"])
    }

    @Test func `an event lets a run go on that waits for it`() async throws {
        let (sent, again, done, late) = try await api.testWithWorker { [self] client in
            let id = try await client.store(document("w", wait))
            let run = try await client.post("/api/v1/workflows/\(id)/execute", ["async": true])
            let path = (run.headers[.location] ?? "") + "/events"
            let event: JSON = ["name": "paid", "payload": ["by": "Ada"], "id": "p-1"]
            let sent = try await client.post(path, event)
            let again = try await client.post(path, ["name": "other", "payload": 1])
            let done = try await client.finished(run)
            return (sent, again, done, try await client.post(path, event))
        }
        #expect(sent.status == 202)
        #expect(sent.json["id"] == "p-1")
        #expect(again.status == 202 || again.code == "RUN_FINISHED")
        #expect(done.json["output"]?["payload"] == ["by": "Ada"])
        #expect(late.status == 409)
        #expect(late.code == "RUN_FINISHED")
    }

    @Test(
        arguments: [
            [:], ["name": 1], ["name": ""], ["name": "a", "id": "x\u{0}"], ["name": "a", "when": 1],
            ["name": .string(String(repeating: "x", count: 201))],
        ] as [JSON])
    func `an event that is none is refused`(body: JSON) async throws {
        let answer = try await api.test { [self] client in
            let id = try await client.store(document("w", wait))
            let run = try await client.post("/api/v1/workflows/\(id)/execute", ["async": true])
            return try await client.post((run.headers[.location] ?? "") + "/events", body)
        }
        #expect(answer.status == 400)
        #expect(answer.code == "VALIDATION_ERROR")
    }

    @Test func `nobody tells anything to a run that there is not`() async throws {
        let answer = try await api.test { client in
            try await client.post("/api/v1/runs/\(RunID(high: 1, low: 1))/events", ["name": "a"])
        }
        #expect(answer.code == "RUN_NOT_FOUND")
    }

    @Test func `a workflow runs another that is named at save`() async throws {
        let (stored, done, all, bad) = try await api.testWithWorker { [self] client in
            let inner: JSON = ["id": "s", "type": "set", "config": ["values": ["n": "{{ input.n }}"]]]
            _ = try await client.store(document("inner", inner))
            let sub: JSON = ["id": "sub", "type": "workflow", "config": ["workflow": "inner", "input": ["n": 3]]]
            let id = try await client.store(document("outer", sub))
            let stored = try await client.get("/api/v1/workflows/\(id)")
            let done = try await client.post("/api/v1/workflows/\(id)/execute", [:])
            let missing: JSON = ["id": "sub", "type": "workflow", "config": ["workflow": "iner"]]
            return (
                stored, done, try await client.get("/api/v1/runs"),
                try await client.post("/api/v1/workflows", document("bad", missing))
            )
        }
        #expect(stored.json["document"]?["nodes"]?[1]?["config"]?["version"] == 1)
        #expect(done.json["status"] == "completed")
        #expect(done.json["output"] == ["n": 3])
        #expect(all.json["items"]?.array?.count == 2)
        #expect(bad.problems == ["unknown-workflow"])
    }
}
