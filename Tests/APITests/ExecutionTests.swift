import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ExecutionTests {
    private let api = TestAPI()

    @Test func `a synchronous execution answers what came of it`() async throws {
        let answer = try await api.testWithWorker { client in
            let id = try await client.store(Documents.manual)
            return try await client.post("/api/v1/workflows/\(id)/execute", ["input": ["name": "Ada"]])
        }
        #expect(answer.status == 200)
        #expect(answer.json["status"] == "completed")
        #expect(answer.json["execution_id"]?.string?.hasPrefix("run_") == true)
        #expect(answer.json["execution_id"] == answer.json["run_id"])
        #expect(answer.json["output"] == ["text": "Hello, Ada"])
        #expect(answer.json["error"] == .null)
        #expect(answer.json["started_at"]?.string.flatMap { Timestamp($0) } != nil)
        #expect(answer.json["completed_at"]?.string.flatMap { Timestamp($0) } != nil)
        let steps = try #require(answer.json["steps"]?.array)
        #expect(steps.map { $0["node_id"] } == ["start", "greet"])
        #expect(steps.allSatisfy { $0["status"] == "completed" && $0["duration_ms"]?.int ?? -1 >= 0 })
    }

    @Test func `a failed run is an answer, not an error`() async throws {
        let answer = try await api.testWithWorker { client in
            let id = try await client.store(Documents.action(input: ["text": "{{ trigger.body.missing }}"]))
            return try await client.post("/api/v1/workflows/\(id)/execute", [:])
        }
        #expect(answer.status == 200)
        #expect(answer.json["status"] == "failed")
        #expect(answer.json["error"]?["node"] == "say")
        #expect(answer.json["steps"]?[1]?["status"] == "failed")
    }

    @Test func `an asynchronous execution is accepted, and its run tells the rest`() async throws {
        let (accepted, done) = try await api.testWithWorker { client in
            let id = try await client.store(Documents.manual)
            let accepted = try await client.post(
                "/api/v1/workflows/\(id)/execute", ["input": ["name": "Ada"], "async": true])
            return (accepted, try await client.finished(accepted))
        }
        #expect(accepted.status == 202)
        #expect(accepted.json["status"] == "queued")
        #expect(accepted.headers[.location] == "/api/v1/runs/\(accepted.json["run_id"]?.string ?? "")")
        #expect(done.json["status"] == "completed")
        #expect(done.json["output"] == ["text": "Hello, Ada"])
        #expect(done.json["input"] == ["name": "Ada"])
    }

    @Test func `an execution past its limit is answered with the run so far`() async throws {
        // Nobody works, so the run cannot end.
        let (answer, run) = try await api.test { client in
            let id = try await client.store(Documents.manual)
            let answer = try await client.post("/api/v1/workflows/\(id)/execute", ["timeout_ms": 1])
            return (answer, try await client.get(answer.headers[.location] ?? ""))
        }
        #expect(answer.status == 202)
        #expect(answer.json["status"] == "queued")
        #expect(run.json["status"] == "queued")
    }

    @Test func `a body is not needed`() async throws {
        let answer = try await api.test { client in
            let id = try await client.store(Documents.manual)
            return try await client.post("/api/v1/workflows/\(id)/execute", ["async": true])
        }
        let run = try #require(answer.json["run_id"]?.string.flatMap { RunID($0) })
        #expect(api.runs.trigger(of: run) == ["kind": "manual", "body": [:]])
        let empty = try await api.test { client in
            let id = try await client.store(Documents.webhook())
            return try await client.post("/api/v1/workflows/\(id)/execute")
        }
        #expect(empty.code == "NO_MANUAL_TRIGGER")
    }

    @Test func `a workflow without a manual trigger is not executed`() async throws {
        let answers = try await api.test { client in
            let id = try await client.store(Documents.webhook())
            return [
                try await client.post("/api/v1/workflows/\(id)/execute", [:]),
                try await client.post("/api/v1/runs", ["workflow_id": .string(id)]),
            ]
        }
        for answer in answers {
            #expect(answer.status == 409)
            #expect(answer.code == "NO_MANUAL_TRIGGER")
            #expect(answer.json["error"]?["details"]?["triggers"] == ["webhook"])
        }
        #expect(api.runs.kept.withLock { $0.isEmpty })
    }

    @Test(
        arguments: [
            (["timeout_ms": 0], ["bad-value"]), (["timeout_ms": 300_001], ["bad-value"]),
            (["timeout_ms": "1s"], ["wrong-type"]), (["timeout_ms": 1.5], ["wrong-type"]),
            (["async": "yes"], ["wrong-type"]),
            (["inputs": [:], "asynch": true], ["unknown-member", "unknown-member"]),
            ([], ["wrong-type"]),
        ] as [(JSON, [String])])
    func `a body that is not understood starts nothing`(body: JSON, problems: [String]) async throws {
        let answer = try await api.test { client in
            let id = try await client.store(Documents.manual)
            return try await client.post("/api/v1/workflows/\(id)/execute", body)
        }
        #expect(answer.status == 400)
        #expect(answer.problems == problems)
        #expect(api.runs.kept.withLock { $0.isEmpty })
    }

    @Test func `each start is of the workflow as it is then, however lately it changed`() async throws {
        try await api.test { client in
            let id = try await client.store(Documents.manual)
            func start() async throws -> TestClient.Answer {
                try await client.post("/api/v1/runs", ["workflow_id": .string(id)])
            }
            #expect(try await start().json["workflow_version"] == 1)
            for version in 2...4 {
                _ = try await client.put("/api/v1/workflows/\(id)", Documents.manual)
                #expect(try await start().json["workflow_version"] == .int(Int64(version)))
            }
            _ = try await client.put("/api/v1/workflows/\(id)", Documents.webhook())
            #expect(try await start().code == "NO_MANUAL_TRIGGER")
            _ = try await client.put("/api/v1/workflows/\(id)", Documents.manual)
            #expect(try await start().status == 202)
            _ = try await client.post("/api/v1/workflows/\(id)/pause", [:])
            #expect(try await start().code == "WORKFLOW_PAUSED")
            _ = try await client.post("/api/v1/workflows/\(id)/resume", [:])
            #expect(try await start().json["workflow_version"] == 6)
            _ = try await client.delete("/api/v1/workflows/\(id)")
            #expect(try await start().code == "WORKFLOW_NOT_FOUND")
        }
    }

    @Test func `a run is started by workflow id`() async throws {
        let answers = try await api.test { client in
            let id = try await client.store(Documents.manual)
            return [
                try await client.post("/api/v1/runs", ["workflow_id": .string(id), "input": [1, 2]]),
                try await client.post("/api/v1/runs", ["workflow_id": "wf_nope"]),
                try await client.post("/api/v1/runs", ["input": [:]]),
            ]
        }
        #expect(answers.map(\.status) == [202, 404, 400])
        #expect(answers[0].json["trigger"] == "manual")
        #expect(answers[1].code == "WORKFLOW_NOT_FOUND")
        #expect(answers[2].problems == ["missing-member"])
    }

    @Test func `the same idempotency key starts one run`() async throws {
        let (first, second, other, bad, reused) = try await api.test { client in
            let id = JSON.string(try await client.store(Documents.manual))
            let body: JSON = ["workflow_id": id]
            return (
                try await client.post("/api/v1/runs", body, headers: [.idempotencyKey: "k-1"]),
                try await client.post("/api/v1/runs", body, headers: [.idempotencyKey: "k-1"]),
                try await client.post("/api/v1/runs", body, headers: [.idempotencyKey: "k-2"]),
                try await client.post("/api/v1/runs", body, headers: [.idempotencyKey: "k 3"]),
                try await client.post(
                    "/api/v1/runs", ["workflow_id": id, "input": ["n": 2]], headers: [.idempotencyKey: "k-1"])
            )
        }
        #expect(first.json["run_id"] == second.json["run_id"])
        #expect(first.json["run_id"] != other.json["run_id"])
        #expect(bad.problems == ["bad-header"])
        #expect(reused.status == 409)
        #expect(reused.code == "IDEMPOTENCY_KEY_REUSED")
        #expect(reused.json["error"]?["details"]?["run_id"] == first.json["run_id"])
    }
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
