import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayAPI

struct IdentityTests {
    private let api = TestAPI()

    @Test func `every answer names its request`() async throws {
        let answers = try await api.test { client in
            [
                try await client.get("/healthz"), try await client.get("/nowhere"),
                try await client.get("/api/v1/workflows"),
                try await client.raw(.get, "/api/v1/workflows"),
            ]
        }
        for answer in answers {
            let id = try #require(answer.headers[.requestID])
            #expect(RequestID(id) != nil)
            #expect((answer.json["error"]?["request_id"]?.string ?? id) == id)
        }
        #expect(Set(answers.map { $0.headers[.requestID] }).count == answers.count)
    }

    @Test func `a caller's own id is kept`() async throws {
        let answer = try await api.test { try await $0.get("/nowhere", headers: [.requestID: "trace-1.a_B"]) }
        #expect(answer.headers[.requestID] == "trace-1.a_B")
        #expect(answer.json["error"]?["request_id"] == "trace-1.a_B")
    }

    @Test(arguments: ["a b", "<script>", "\u{e9}", String(repeating: "a", count: 129), "a\"b"])
    func `an id that could do harm is not`(given: String) async throws {
        let answer = try await api.test { try await $0.get("/healthz", headers: [.requestID: given]) }
        #expect(RequestID(try #require(answer.headers[.requestID])) != nil)
    }

    @Test(
        arguments: [
            (["203.0.113.7"], 1, "203.0.113.7"), (["6.6.6.6, 203.0.113.7"], 1, "203.0.113.7"),
            (["6.6.6.6", "203.0.113.7, 10.0.0.1"], 2, "203.0.113.7"), (["2001:db8::1"], 1, "2001:db8::1"),
            ([], 1, nil), (["203.0.113.7"], 2, nil), ([""], 1, nil), (["<script>"], 1, nil), (["unknown"], 1, nil),
            (["6.6.6.6,"], 1, nil),
        ] as [([String], Int, String?)])
    func `only what the operator's own proxies say of a request's origin counts`(
        headers: [String], proxies: Int, origin: String?
    ) {
        #expect(RequestIdentity.origin(headers, behind: proxies) == origin)
    }

    @Test func `a request leaves one line without query, headers and body`() async throws {
        _ = try await api.test {
            try await $0.post("/api/v1/workflows?token=hush-query", ["name": "hush-body"], headers: [.cookie: "hush=1"])
        }
        let lines = api.log.lines.filter { $0.contains("request.method=POST") }
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        for part in ["request.path=/api/v1/workflows ", "response.status=400", "response.ms=", "request.id=req_"] {
            #expect(line.contains(part))
        }
        #expect(!api.log.lines.contains { $0.contains("hush") || $0.contains(TestAPI.key) })
    }

    @Test func `answers are neither guessed at nor kept`() async throws {
        for path in ["/healthz", "/nowhere", "/api/v1/workflows"] {
            let headers = try await api.test { try await $0.get(path) }.headers
            #expect(headers[.xContentTypeOptions] == "nosniff")
            #expect(headers[.cacheControl] == "no-store")
        }
    }

    @Test(arguments: [
        nil, "", "Bearer", "Bearer ", "Bearer wrong", "Basic cGs6eA==", "bearer\(TestAPI.key)", TestAPI.key,
        "Bearer \(TestAPI.key)x", "Bearer  ",
    ])
    func `without the key nothing is answered`(authorization: String?) async throws {
        let paths = ["workflows", "runs", "executions", "connectors", "credentials", "runs/run_1/steps"]
        for path in paths {
            let answer = try await api.test { client in
                var headers: HTTPFields = [:]
                if let authorization { headers[.authorization] = authorization }
                return try await client.raw(.get, "/api/v1/" + path, headers: headers)
            }
            #expect(answer.status == 401)
            #expect(answer.code == "UNAUTHORIZED")
            #expect(answer.headers[.wwwAuthenticate] == "Bearer realm=\"patchbay\"")
        }
    }

    @Test(arguments: ["bearer", "BEARER"]) func `the scheme's case does not matter`(scheme: String) async throws {
        let answer = try await api.test {
            try await $0.get("/api/v1/workflows", headers: [.authorization: "\(scheme) \(TestAPI.key)"])
        }
        #expect(answer.status == 200)
    }

    @Test func `slashes more or less do not get around the key`() async throws {
        for path in ["//api/v1/workflows", "/api//v1/workflows/", "/api/v1//workflows", "/api/v1/workflows/"] {
            let answer = try await api.test { try await $0.raw(.get, path) }
            #expect(answer.status == 401 || answer.status == 404)
        }
    }
}

extension HTTPField.Name {
    fileprivate static let requestID = HTTPField.Name("X-Request-ID")!
}
