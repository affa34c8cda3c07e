import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RetryTests {
    private let api = TestAPI()

    /// Divides, which fails for 0.
    private static func document(_ greeting: String = "Hello") -> JSON {
        [
            "name": "Shares",
            "nodes": [
                ["id": "start", "type": "manual"],
                ["id": "greet", "type": "set", "config": ["values": ["text": .string(greeting)]]],
                ["id": "share", "type": "set", "config": ["values": ["part": "{{ 10 / trigger.body.n }}"]]],
            ],
            "edges": [["source": "start", "target": "greet"], ["source": "greet", "target": "share"]],
        ]
    }

    private static func fail(_ workflow: String, _ client: TestClient, n: JSON = 0) async throws -> String {
        let answer = try await client.post("/api/v1/workflows/\(workflow)/execute", ["input": ["n": n]])
        return answer.json["id"]?.string ?? ""
    }

    private static func step(_ name: String, of run: TestClient.Answer) -> JSON? {
        run.json["steps"]?.array?.first { $0["node_id"]?.string == name }
    }

    @Test func `a run goes on from where it failed, with other input`() async throws {
        try await api.testWithWorker { client in
            let workflow = try await client.store(Self.document())
            let run = try await Self.fail(workflow, client)
            let first = try await client.get("/api/v1/runs/\(run)")
            #expect(first.json["status"] == "failed")
            let accepted = try await client.post("/api/v1/runs/\(run)/retry", ["input": ["n": 5]])
            #expect(accepted.status == 202)
            #expect(accepted.json["retry_of"]?.string == run)
            let again = try await client.finished(accepted)
            #expect(again.json["status"] == "completed")
            #expect(again.json["input"] == ["n": 5])
            #expect(Self.step("share", of: again)?["output"] == ["part": 2])
            let original = try await client.get("/api/v1/executions/\(run)")
            #expect(original.json["status"] == "failed")
            #expect(original.json["retried_by"] == accepted.json["id"])
        }
    }

    @Test func `a run goes on from any step, on the version that is asked for`() async throws {
        try await api.testWithWorker { client in
            let workflow = try await client.store(Self.document())
            let run = try await Self.fail(workflow, client, n: 2)
            _ = try await client.put("/api/v1/workflows/\(workflow)", Self.document("Goodbye"))
            let path = "/api/v1/runs/\(run)/retry"
            let same = try await client.finished(try await client.post(path, ["from": ["node_id": "greet"]]))
            #expect(Self.step("greet", of: same)?["output"] == ["text": "Hello"])
            #expect(same.json["workflow_version"] == 1)
            let newest = try await client.finished(
                try await client.post(path, ["from": ["node_id": "greet"], "version": "newest"]))
            #expect(Self.step("greet", of: newest)?["output"] == ["text": "Goodbye"])
            #expect(newest.json["workflow_version"] == 2)
            let kept = try await client.finished(
                try await client.post(path, ["from": ["node_id": "share", "path": ""], "version": 2]))
            #expect(Self.step("greet", of: kept)?["output"] == ["text": "Hello"])
            let whole = try await client.finished(try await client.post(path, ["from": "start", "version": 2]))
            #expect(Self.step("greet", of: whole)?["output"] == ["text": "Goodbye"])
        }
    }

    @Test func `what cannot be repeated is refused with what to do`() async throws {
        try await api.testWithWorker { client in
            let workflow = try await client.store(Self.document())
            let run = try await Self.fail(workflow, client, n: 2)
            let path = "/api/v1/runs/\(run)/retry"
            #expect(try await client.post(path, ["from": "failed"]).code == "NOTHING_FAILED")
            #expect(try await client.post(path, ["from": ["node_id": "no"]]).code == "STEP_NOT_FOUND")
            #expect(try await client.post(path, ["version": 7]).code == "VERSION_NOT_FOUND")
            let malformed = try await client.post(path, ["from": "middle", "version": 0, "form": 1])
            #expect(malformed.problems.count == 3)
            #expect(try await client.post(path, ["from": ["path": 3]]).problems.count == 2)
            let unknown = "/api/v1/runs/\(RunID.new(at: Timestamp(milliseconds: 1)))/retry"
            #expect(try await client.post(unknown).code == "RUN_NOT_FOUND")
            _ = try await client.post("/api/v1/workflows/\(workflow)/pause")
            #expect(try await client.post(path).code == "WORKFLOW_PAUSED")
        }
    }

    @Test func `a run that has not ended is not repeated`() async throws {
        let answer = try await api.test { client in
            let workflow = try await client.store(Self.document())
            let run = try await client.post("/api/v1/runs", ["workflow_id": .string(workflow)])
            return try await client.post("/api/v1/runs/\(run.json["id"]?.string ?? "")/retry")
        }
        #expect(answer.status == 409)
        #expect(answer.code == "RUN_NOT_FINISHED")
    }

    @Test func `with the same key a run is repeated once`() async throws {
        try await api.testWithWorker { client in
            let workflow = try await client.store(Self.document())
            let run = try await Self.fail(workflow, client)
            let key: HTTPFields = [.init("Idempotency-Key")!: "k1"]
            let first = try await client.post("/api/v1/runs/\(run)/retry", headers: key)
            let second = try await client.post("/api/v1/runs/\(run)/retry", headers: key)
            #expect(first.json["id"] == second.json["id"])
            let other = try await client.post("/api/v1/runs/\(run)/retry")
            #expect(other.json["id"] != first.json["id"])
        }
    }

    @Test func `dead letters are listed, replayed together, and dismissed`() async throws {
        try await api.testWithWorker { client in
            let workflow = try await client.store(Self.document())
            var dead: [JSON] = []
            for _ in 0..<5 { dead.append(.string(try await Self.fail(workflow, client))) }
            _ = try await Self.fail(workflow, client, n: 1)
            let list = try await client.get("/api/v1/dead-letters?workflow_id=\(workflow)")
            #expect(list.json["items"]?.array?.compactMap { $0["id"] } == dead.reversed())
            let dismissed = try await client.post("/api/v1/dead-letters/dismiss", ["runs": [dead[0]]])
            #expect(dismissed.json["dismissed"] == [dead[0]])

            let request: JSON = ["filter": ["workflow_id": .string(workflow)], "limit": 3, "input": ["n": 4]]
            let some = try await client.post("/api/v1/dead-letters/replay", request)
            #expect(some.status == 202)
            #expect(some.json["retried"]?.array?.map { $0["run_id"] } == [dead[4], dead[3], dead[2]])
            #expect(some.json["has_more"] == true)
            for item in some.json["retried"]?.array ?? [] {
                let run = try await client.finished(at: "/api/v1/runs/" + (item["retried_by"]?.string ?? ""))
                #expect(run.json["status"] == "completed")
            }
            let rest = try await client.post("/api/v1/dead-letters/replay", request)
            #expect(rest.json["retried"]?.array?.map { $0["run_id"] } == [dead[1]])
            #expect(rest.json["has_more"] == false)
            #expect(try await client.get("/api/v1/dead-letters").json["items"] == [])
            let twice = try await client.post("/api/v1/dead-letters/replay", ["runs": [dead[1], dead[4]]])
            #expect(twice.json["refused"]?.array?.map { $0["code"] } == ["RUN_RETRIED", "RUN_RETRIED"])
        }
    }

    @Test func `asking on goes behind what was refused`() async throws {
        try await api.testWithWorker { client in
            let (paused, other) = (try await client.store(Self.document()), try await client.store(Self.document()))
            let good = try await Self.fail(other, client)
            let bad = [try await Self.fail(paused, client), try await Self.fail(paused, client)]
            _ = try await client.post("/api/v1/workflows/\(paused)/pause")
            var cursor = JSON.null
            var answers: [JSON] = []
            for _ in 0..<5 {
                var request: JSONObject = ["filter": [:], "limit": 1, "input": ["n": 4]]
                if cursor != .null { request["cursor"] = cursor }
                let answer = try await client.post("/api/v1/dead-letters/replay", .object(request)).json
                answers.append(answer)
                cursor = answer["next_cursor"] ?? .null
                if cursor == .null { break }
            }
            #expect(answers.map { $0["refused"]?[0]?["run_id"]?.string } == [bad[1], bad[0], nil])
            #expect(answers.last?["retried"]?[0]?["run_id"]?.string == good)
            let wrong = try await client.post("/api/v1/dead-letters/replay", ["runs": [.string(good)], "cursor": "x"])
            #expect(wrong.problems == ["bad-value"])
        }
    }

    @Test func `many runs are repeated by id or by filter, each by itself`() async throws {
        try await api.testWithWorker { client in
            let workflow = try await client.store(Self.document())
            let failed = try await Self.fail(workflow, client)
            let completed = try await Self.fail(workflow, client, n: 1)
            let unknown = RunID.new(at: Timestamp(milliseconds: 1)).description
            let answer = try await client.post(
                "/api/v1/runs/retry",
                ["runs": [.string(failed), .string(unknown), .string(completed), .string(failed)], "from": "failed"])
            #expect(answer.json["retried"]?.array?.map { $0["run_id"]?.string } == [failed])
            #expect(answer.json["refused"]?.array?.map { $0["code"] } == ["RUN_NOT_FOUND", "NOTHING_FAILED"])
            let all = try await client.post(
                "/api/v1/executions/retry", ["filter": ["status": ["completed"]], "from": "start"])
            #expect(all.json["retried"]?.array?.map { $0["run_id"]?.string } == [completed])
            let problems = try await client.post(
                "/api/v1/runs/retry", ["filter": ["status": "running", "since": "x", "from": "monday"], "limit": 0])
            #expect(problems.problems.count == 4)
            #expect(try await client.post("/api/v1/runs/retry", ["from": "start"]).problems == ["missing-member"])
            let both = try await client.post("/api/v1/runs/retry", ["runs": [], "filter": [:]])
            #expect(both.problems.count == 2)
        }
    }
}
