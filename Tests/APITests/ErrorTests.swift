import HTTPTypes
import PatchbayJSON
import Synchronization
import Testing

struct ErrorTests {
    private let api = TestAPI()

    @Test func `an unknown path is answered in the errors' shape`() async throws {
        let answer = try await api.test { try await $0.get("/api/v1/unicorns?color=pink") }
        #expect(answer.status == 404)
        #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
        let error = try #require(answer.json["error"])
        #expect(error.object?.map(\.name) == ["code", "message", "details", "request_id"])
        #expect(error["code"] == "NOT_FOUND")
        #expect(error["details"]?["path"] == "/api/v1/unicorns")
    }

    @Test(arguments: [
        ("/api/v1/workflows", "GET, HEAD, POST"), ("/api/v1/workflows/wf_x", "DELETE, GET, HEAD, PUT"),
        ("/api/v1/workflows/validate", "POST"), ("/api/v1/runs/run_x/cancel", "POST"),
        ("/api/v1/executions/run_x", "GET, HEAD"), ("/api/v1/credentials/x", "DELETE, GET, HEAD, PUT"),
        ("/healthz", "GET, HEAD"), ("/", "GET, HEAD"),
    ])
    func `a wrong method is answered with the right ones`(path: String, allowed: String) async throws {
        let answer = try await api.test { try await $0.send(.patch, path) }
        #expect(answer.status == 405)
        #expect(answer.code == "METHOD_NOT_ALLOWED")
        #expect(answer.headers[.allow] == allowed)
    }

    @Test(arguments: ["{\"name\": }", "{", "nope", "{\"a\":1} x", "\u{feff}{}"])
    func `a body that is no JSON is answered with the place`(text: String) async throws {
        let answer = try await api.test {
            try await $0.raw(
                .post, "/api/v1/workflows",
                headers: [.authorization: "Bearer \(TestAPI.key)", .contentType: "application/json"],
                body: Array(text.utf8))
        }
        #expect(answer.status == 400)
        #expect(answer.code == "INVALID_JSON")
        #expect(answer.json["error"]?["details"]?["line"] == 1)
        #expect(answer.json["error"]?["details"]?["column"]?.int ?? 0 >= 1)
    }

    @Test func `bytes that are not UTF-8 are no JSON`() async throws {
        let answer = try await api.test {
            try await $0.raw(
                .post, "/api/v1/workflows", headers: [.authorization: "Bearer \(TestAPI.key)"],
                body: [0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])
        }
        #expect(answer.code == "INVALID_JSON")
    }

    @Test func `deep nesting is refused and harms nobody`() async throws {
        let body = Array(String(repeating: "[", count: 100_000).utf8)
        let answer = try await api.test {
            try await $0.raw(
                .post, "/api/v1/workflows", headers: [.authorization: "Bearer \(TestAPI.key)"], body: body)
        }
        #expect(answer.code == "INVALID_JSON")
    }

    @Test func `an empty body is refused where one is needed`() async throws {
        let answer = try await api.test { try await $0.post("/api/v1/workflows") }
        #expect(answer.status == 400)
        #expect(answer.code == "INVALID_JSON")
    }

    @Test(arguments: ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=latin1", "json"])
    func `a body of another type is refused with what to send`(type: String) async throws {
        let answer = try await api.test { try await $0.post("/api/v1/workflows", [:], headers: [.contentType: type]) }
        #expect(answer.status == 415)
        #expect(answer.code == "UNSUPPORTED_MEDIA_TYPE")
        #expect(answer.json["error"]?["message"]?.string?.contains("application/json") == true)
    }

    @Test func `a body of ten megabytes is refused with the limit, and the connection lives on`() async throws {
        let (answer, next) = try await api.testLive { client in
            let headers: HTTPFields = [.authorization: "Bearer \(TestAPI.key)", .contentType: "application/json"]
            let body = [UInt8](repeating: 0x20, count: 10_000_000)
            let answer = try await client.raw(.post, "/api/v1/workflows", headers: headers, body: body)
            return (answer, try await client.get("/healthz"))
        }
        #expect(answer.status == 413)
        #expect(answer.code == "BODY_TOO_LARGE")
        #expect(answer.json["error"]?["message"]?.string?.contains("5 MiB") == true)
        #expect(answer.json["error"]?["details"]?["limit_bytes"] == 5_242_880)
        #expect(next.status == 200)
    }

    @Test func `what goes wrong inside is told to the log and not to the client`() async throws {
        api.settings.failure.withLock { $0 = "connection to 10.0.0.7 refused" }
        let answer = try await api.test { try await $0.get("/api/v1/connectors/echo/settings") }
        #expect(answer.status == 500)
        #expect(answer.code == "INTERNAL_ERROR")
        #expect(!String(decoding: answer.bytes, as: UTF8.self).contains("10.0.0.7"))
        let id = try #require(answer.json["error"]?["request_id"]?.string)
        #expect(api.log.lines.contains { $0.contains("10.0.0.7") && $0.contains(id) })
    }

    @Test func `a cursor that no list gave is the caller's mistake`() async throws {
        let answer = try await api.test { try await $0.get("/api/v1/runs?cursor=made-up") }
        #expect(answer.status == 400)
        #expect(answer.problems == ["bad-cursor"])
    }

    @Test func `everything wrong with a query is told at once, a misspelt filter too`() async throws {
        let answer = try await api.test {
            try await $0.get("/api/v1/runs?limit=0&statu=failed&workflow_id=7&cursor=&limit=3")
        }
        #expect(answer.status == 400)
        #expect(
            answer.problems == [
                "unknown-parameter", "repeated-parameter", "bad-parameter", "bad-parameter", "bad-parameter",
            ])
        #expect(answer.json["error"]?["details"]?["problems"]?[0]?["hint"]?.string?.contains("status") == true)
    }

    @Test func `a query without end is refused`() async throws {
        let query = String(repeating: "a=b&", count: 5_000)
        let answer = try await api.test { try await $0.get("/api/v1/runs?" + query) }
        #expect(answer.code == "VALIDATION_ERROR")
    }
}
