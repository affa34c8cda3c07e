import HTTPTypes
import PatchbayJSON
import Testing

struct WorkflowTests {
    private let api = TestAPI()

    @Test func `a workflow is stored and read back`() async throws {
        let (created, read) = try await api.test { client in
            let created = try await client.post("/api/v1/workflows", Documents.manual)
            return (created, try await client.get(created.headers[.location] ?? ""))
        }
        #expect(created.status == 201)
        let id = try #require(created.json["id"]?.string)
        #expect(id.hasPrefix("wf_"))
        #expect(created.headers[.location] == "/api/v1/workflows/\(id)")
        #expect(created.headers[.eTag] == "\"1\"")
        #expect(created.json["name"] == "Greeter")
        #expect(created.json["description"] == "Greets.")
        #expect(created.json["status"] == "active")
        #expect(created.json["version"] == 1)
        #expect(created.json["created_at"]?.string?.hasSuffix("Z") == true)
        #expect(created.json["webhook_url"] == .null)
        #expect(read.status == 200)
        #expect(read.json["nodes"]?.array?.count == 2)
        #expect(read.json["edges"]?.array?.count == 1)
        #expect(read.json["document"]?["name"] == "Greeter")
    }

    @Test func `the forms of a body mean the same`() async throws {
        var graph: JSONObject = ["name": "Greeter", "description": "Greets."]
        graph["graph"] = ["nodes": Documents.manual["nodes"] ?? [], "edges": Documents.manual["edges"] ?? []]
        let forms: [JSON] = [Documents.manual, .object(graph), ["document": Documents.manual]]
        let documents = try await api.test { client in
            var documents: [JSON?] = []
            for form in forms {
                let id = try await client.store(form)
                documents.append(try await client.get("/api/v1/workflows/\(id)").json["document"])
            }
            return documents
        }
        #expect(documents[0] != nil)
        #expect(documents[0] == documents[1])
        #expect(documents[0] == documents[2])
    }

    @Test func `webhooks are answered with their addresses`() async throws {
        var api = api
        api.publicURL = "https://flows.example.com/"
        let (created, read) = try await api.test { client in
            let created = try await client.post("/api/v1/workflows", Documents.webhook(path: "ci/deploy"))
            return (created, try await client.get(created.headers[.location] ?? ""))
        }
        for answer in [created, read] {
            #expect(answer.json["webhook_url"] == "https://flows.example.com/webhook/ci/deploy")
            #expect(
                answer.json["webhook_urls"]
                    == [["node": "hook", "method": "POST", "url": "https://flows.example.com/webhook/ci/deploy"]])
        }
    }

    @Test func `without a public address the request's own is taken`() async throws {
        let created = try await api.testLive { try await $0.post("/api/v1/workflows", Documents.webhook()) }
        #expect(created.json["webhook_url"] == "http://localhost/webhook/deploy")
    }

    @Test func `connector versions are pinned when a workflow is saved`() async throws {
        let read = try await api.test { client in
            let id = try await client.store(Documents.action(uses: "echo/say"))
            return try await client.get("/api/v1/workflows/\(id)")
        }
        #expect(read.json["nodes"]?[1]?["uses"] == "echo@1.1.0/say")
    }

    @Test func `every problem of a document is listed at once, and nothing is stored`() async throws {
        let document: JSON = [
            "name": "Broken", "colour": "red",
            "nodes": [
                ["id": "start", "type": "manual"],
                ["id": "a", "type": "action", "uses": "slak@1.0.0/send", "input": [:]],
                ["id": "b", "type": "action", "uses": "echo@1.1.0/say", "input": [:]],
                ["id": "c", "type": "condition", "config": ["if": "{{ trigger.body. }}"]],
                ["id": "d", "type": "teleport"],
            ],
            "edges": [
                ["source": "start", "target": "a"], ["source": "a", "target": "b"], ["source": "b", "target": "c"],
                ["source": "c", "port": "true", "target": "nowhere"],
            ],
        ]
        let (refused, wrapped, list) = try await api.test { client in
            (
                try await client.post("/api/v1/workflows", document),
                try await client.post("/api/v1/workflows", ["document": document]),
                try await client.get("/api/v1/workflows")
            )
        }
        #expect(refused.status == 400)
        #expect(refused.code == "VALIDATION_ERROR")
        #expect(refused.problems.count >= 4)
        let problems = try #require(refused.json["error"]?["details"]?["problems"]?.array)
        for problem in problems {
            #expect(problem.object?.map(\.name) == ["code", "node", "pointer", "message", "hint"])
        }
        #expect(problems.contains { $0["pointer"] == "/colour" })
        let inside = try #require(wrapped.json["error"]?["details"]?["problems"]?.array)
        #expect(inside.map { $0["pointer"]?.string } == problems.map { "/document" + ($0["pointer"]?.string ?? "") })
        #expect(list.json["items"] == [])
    }

    @Test(arguments: [[], "text", 7, nil, true] as [JSON])
    func `what is no object is no workflow`(body: JSON) async throws {
        let answers = try await api.test { client in
            [
                try await client.post("/api/v1/workflows", body),
                try await client.post("/api/v1/workflows", ["document": body]),
            ]
        }
        for answer in answers {
            #expect(answer.status == 400)
            #expect(answer.code == "VALIDATION_ERROR")
        }
    }

    @Test func `beside a document only the expected version may stand`() async throws {
        let answer = try await api.test {
            try await $0.post("/api/v1/workflows", ["document": Documents.manual, "expected_verison": 1])
        }
        #expect(answer.problems == ["unknown-member"])
        #expect(
            answer.json["error"]?["details"]?["problems"]?[0]?["hint"]?.string?.contains("expected_version") == true)
    }

    @Test func `validating stores nothing and says all`() async throws {
        let (good, bad, list) = try await api.test { client in
            (
                try await client.post("/api/v1/workflows/validate", Documents.action(uses: "echo/say")),
                try await client.post("/api/v1/workflows/validate", Documents.action(input: ["txt": "hi"])),
                try await client.get("/api/v1/workflows")
            )
        }
        #expect(good.status == 200)
        #expect(good.json["valid"] == true)
        #expect(good.json["problems"] == [])
        #expect(good.json["document"]?["nodes"]?[1]?["uses"] == "echo@1.1.0/say")
        #expect(bad.status == 200)
        #expect(bad.json["valid"] == false)
        #expect(bad.json["problems"]?.array?.isEmpty == false)
        #expect(list.json["items"] == [])
    }

    @Test func `a change makes the next version and keeps the old one`() async throws {
        var renamed = Documents.manual.object ?? [:]
        renamed["name"] = "Better greeter"
        let changed = JSON.object(renamed)
        let (update, versions, first, missing, text) = try await api.test { client in
            let path = "/api/v1/workflows/" + (try await client.store(Documents.manual))
            return (
                try await client.put(path, changed), try await client.get(path + "/versions"),
                try await client.get(path + "/versions/1"), try await client.get(path + "/versions/3"),
                try await client.get(path + "/versions/one")
            )
        }
        #expect(update.status == 200)
        #expect(update.json["version"] == 2)
        #expect(update.json["name"] == "Better greeter")
        #expect(update.headers[.eTag] == "\"2\"")
        #expect(versions.json["items"]?.array?.map { $0["version"] } == [2, 1])
        #expect(first.json["document"]?["name"] == "Greeter")
        #expect(missing.status == 404)
        #expect(missing.code == "VERSION_NOT_FOUND")
        #expect(text.code == "VERSION_NOT_FOUND")
    }

    @Test func `a change of an old version is a conflict that names both`() async throws {
        let answers = try await api.test { client in
            let path = "/api/v1/workflows/" + (try await client.store(Documents.manual))
            var body = Documents.manual.object ?? [:]
            body["expected_version"] = 1
            return [
                try await client.put(path, Documents.manual, headers: [.ifMatch: "\"1\""]),
                try await client.put(path, Documents.manual, headers: [.ifMatch: "\"1\""]),
                try await client.put(path, .object(body)),
                try await client.put(path, ["document": Documents.manual, "expected_version": 1]),
                try await client.put(path, Documents.manual, headers: [.ifMatch: "*"]),
            ]
        }
        #expect(answers.map(\.status) == [200, 412, 409, 409, 200])
        #expect(answers[1].code == "PRECONDITION_FAILED")
        #expect(answers[1].headers[.eTag] == "\"2\"")
        #expect(answers[1].json["error"]?["details"]?["current_version"] == 2)
        for answer in answers[2...3] {
            #expect(answer.code == "VERSION_CONFLICT")
            #expect(answer.json["error"]?["details"] == ["expected_version": 1, "current_version": 2])
        }
    }

    @Test(arguments: ["two", "3", "\"", "\"a\"b\"", ","])
    func `an If-Match that is no tag is refused`(value: String) async throws {
        let answers = try await api.test { client in
            let path = "/api/v1/workflows/" + (try await client.store(Documents.manual))
            return [
                try await client.put(path, Documents.manual, headers: [.ifMatch: value]),
                try await client.send(.delete, path, headers: [.ifMatch: value]),
                try await client.get(path, headers: [.ifNoneMatch: value]),
            ]
        }
        #expect(answers.map(\.status) == [400, 400, 400])
        #expect(answers.allSatisfy { $0.problems == ["bad-header"] })
    }

    @Test func `what has changed meanwhile is neither deleted nor paused`() async throws {
        let (stale, paused, still, gone) = try await api.test { client in
            let path = "/api/v1/workflows/" + (try await client.store(Documents.manual))
            _ = try await client.put(path, Documents.manual)
            let old: HTTPFields = [.ifMatch: "\"1\""]
            let stale = [
                try await client.send(.delete, path, headers: old),
                try await client.post(path + "/pause", headers: old),
                try await client.post(path + "/resume", headers: old),
            ]
            let paused = try await client.post(path + "/pause", headers: [.ifMatch: "\"1\", W/\"2\""])
            let still = [
                try await client.put(path, Documents.manual, headers: [.ifMatch: "\"2\""]),
                try await client.put(path, Documents.manual, headers: [.ifMatch: "\"2-paused\""]),
                try await client.get(path),
            ]
            return (
                stale, paused, still, try await client.send(.delete, path, headers: [.ifMatch: "\"3-paused\""])
            )
        }
        #expect(stale.map(\.status) == [412, 412, 412])
        #expect(paused.status == 200)
        #expect(paused.headers[.eTag] == "\"2-paused\"")
        #expect(still.map(\.status) == [412, 200, 200])
        #expect(still[2].headers[.eTag] == "\"3-paused\"")
        #expect(gone.status == 204)
    }

    @Test func `what is known already is not sent again`() async throws {
        let (known, changed, version) = try await api.test { client in
            let path = "/api/v1/workflows/" + (try await client.store(Documents.manual))
            let tag: HTTPFields = [.ifNoneMatch: "\"1\""]
            let known = try await client.get(path, headers: tag)
            _ = try await client.post(path + "/pause")
            let changed = try await client.get(path, headers: tag)
            let first = try await client.get(path + "/versions/1")
            return (
                known, changed,
                try await client.get(path + "/versions/1", headers: [.ifNoneMatch: first.headers[.eTag] ?? ""])
            )
        }
        #expect(known.status == 304)
        #expect(known.bytes.isEmpty)
        #expect(known.headers[.eTag] == "\"1\"")
        #expect(known.headers[.cacheControl] == "private, no-cache")
        #expect(changed.status == 200)
        #expect(version.status == 304)
    }

    @Test(arguments: ["wf_nope", "wf_00000000000000000000000000", "run_01kertn071f7ja9g7kg3ww96gw", "%FF", "a%2Fb"])
    func `a workflow that is not there is not found, whatever is wanted of it`(id: String) async throws {
        let answers = try await api.test { client in
            let path = "/api/v1/workflows/" + id
            return [
                try await client.get(path), try await client.put(path, Documents.manual),
                try await client.delete(path), try await client.get(path + "/versions"),
                try await client.get(path + "/versions/1"), try await client.post(path + "/execute"),
            ]
        }
        #expect(answers.map(\.status) == Array(repeating: 404, count: 6))
        #expect(Set(answers.map(\.code)) == ["WORKFLOW_NOT_FOUND"])
    }

    @Test func `a deleted workflow is gone`() async throws {
        let (deleted, again, hook) = try await api.test { client in
            let id = try await client.store(Documents.webhook())
            return (
                try await client.delete("/api/v1/workflows/" + id), try await client.delete("/api/v1/workflows/" + id),
                try await client.post("/webhook/deploy", [:])
            )
        }
        #expect(deleted.status == 204)
        #expect(deleted.bytes.isEmpty)
        #expect(again.status == 404)
        #expect(hook.code == "WEBHOOK_NOT_FOUND")
    }

    @Test func `an endpoint belongs to one workflow`() async throws {
        let answer = try await api.test { client in
            _ = try await client.store(Documents.webhook())
            return try await client.post("/api/v1/workflows", Documents.webhook())
        }
        #expect(answer.status == 409)
        #expect(answer.code == "WEBHOOK_ENDPOINT_TAKEN")
        #expect(answer.json["error"]?["details"]?["endpoint"] == "deploy")
    }

    @Test func `a list is read page by page, newest first`() async throws {
        let (ids, pages) = try await api.test { client in
            var ids: [String] = []
            for _ in 0..<5 { ids.append(try await client.store(Documents.manual)) }
            var pages: [[String]] = []
            var cursor: String? = nil
            repeat {
                let query = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await client.get("/api/v1/workflows?limit=2" + query).json
                pages.append((page["items"]?.array ?? []).compactMap { $0["id"]?.string })
                cursor = page["next_cursor"]?.string
            } while cursor != nil && pages.count < 9
            return (ids, pages)
        }
        #expect(pages.map(\.count) == [2, 2, 1])
        #expect(pages.flatMap { $0 } == ids.reversed())
    }
}
