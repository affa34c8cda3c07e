import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RunTests {
    private let api = TestAPI()

    @Test(arguments: ["runs", "executions"])
    func `a run is read with its steps under either name`(resource: String) async throws {
        let (run, steps, logs) = try await api.testWithWorker { client in
            let id = try await client.store(Documents.action())
            let done = try await client.post("/api/v1/workflows/\(id)/execute", [:])
            let path = "/api/v1/\(resource)/" + (done.json["run_id"]?.string ?? "")
            return (
                try await client.get(path), try await client.get(path + "/steps"), try await client.get(path + "/logs")
            )
        }
        #expect(run.json["status"] == "completed")
        #expect(run.json["workflow_name"] == "Echo")
        #expect(run.json["workflow_version"] == 1)
        #expect(run.json["steps"] == steps.json["items"])
        let say = try #require(steps.json["items"]?[1])
        #expect(say["node_id"] == "say")
        #expect(say["attempts"] == 1)
        #expect(say["output"] == ["said": "hi"])
        #expect(logs.json["items"]?[0]?["node_id"] == "say")
        #expect(logs.json["items"]?[0]?["level"] == "info")
        #expect(logs.json["items"]?[0]?["message"] == "saying it")
        #expect(logs.json["next_cursor"] == .null)
    }

    @Test func `a list is filtered by workflow and status`() async throws {
        let (greeter, all, filtered, queued, none) = try await api.test { client in
            let greeter = try await client.store(Documents.manual)
            let echo = try await client.store(Documents.action())
            for id in [greeter, echo, greeter] {
                _ = try await client.post("/api/v1/runs", ["workflow_id": .string(id)])
            }
            return (
                greeter, try await client.get("/api/v1/runs"),
                try await client.get("/api/v1/runs?workflow_id=\(greeter)"),
                try await client.get("/api/v1/executions?status=queued&limit=1"),
                try await client.get(
                    "/api/v1/runs?status=failed,cancelled&trigger=manual&from=2020-01-01T00:00:00Z&text=x")
            )
        }
        #expect(all.json["items"]?.array?.count == 3)
        #expect(filtered.json["items"]?.array?.map { $0["workflow_id"] } == [.string(greeter), .string(greeter)])
        #expect(queued.json["items"]?.array?.count == 1)
        #expect(queued.json["next_cursor"]?.string != nil)
        #expect(none.json == ["items": [], "next_cursor": .null])
    }

    @Test(arguments: [
        "status=done", "workflow_id=wf_1", "limit=201", "limit=-1", "limit=ten", "status=", "order=asc",
        "status=queued,", "from=monday", "text=", "trigger=",
    ])
    func `a filter that is not understood is refused`(query: String) async throws {
        let answer = try await api.test { try await $0.get("/api/v1/runs?" + query) }
        #expect(answer.status == 400)
        #expect(answer.code == "VALIDATION_ERROR")
    }

    @Test func `a run that is not there is not found`() async throws {
        for id in ["run_nope", "run_00000000000000000000000000", "wf_01kertn071f7ja9g7kg3ww96gw"] {
            let answers = try await api.test { client in
                let path = "/api/v1/runs/" + id
                return [
                    try await client.get(path), try await client.get(path + "/steps"),
                    try await client.get(path + "/logs"), try await client.post(path + "/cancel"),
                ]
            }
            #expect(answers.map(\.status) == [404, 404, 404, 404])
            #expect(Set(answers.map(\.code)) == ["RUN_NOT_FOUND"])
        }
    }

    @Test func `a queued run is cancelled before it begins`() async throws {
        let (cancel, run) = try await api.test { client in
            let id = try await client.store(Documents.manual)
            let path = try await client.post("/api/v1/runs", ["workflow_id": .string(id)]).headers[.location] ?? ""
            return (
                try await client.post(path + "/cancel"), RunID(path.split(separator: "/").last.map(String.init) ?? "")
            )
        }
        #expect(cancel.status == 202)
        #expect(cancel.json["run_id"]?.string != nil)
        #expect(api.runs.find(try #require(run), .initial)?.isCancelRequested == true)
    }

    @Test func `a run that has ended cannot be cancelled`() async throws {
        let answer = try await api.testWithWorker { client in
            let id = try await client.store(Documents.manual)
            let done = try await client.post("/api/v1/workflows/\(id)/execute", ["input": ["name": "Ada"]])
            return try await client.post("/api/v1/runs/\(done.json["run_id"]?.string ?? "")/cancel")
        }
        #expect(answer.status == 409)
        #expect(answer.code == "RUN_FINISHED")
        #expect(answer.json["error"]?["details"]?["status"] == "completed")
    }
}
