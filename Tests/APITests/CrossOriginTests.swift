import HTTPTypes
import PatchbayAPI
import PatchbayJSON
import Testing

struct CrossOriginTests {
    private let app = "https://app.example.com"

    private func api(_ origins: String...) -> TestAPI {
        var api = TestAPI()
        api.origins = AllowedOrigins(origins) ?? .none
        return api
    }

    private func preflight(_ api: TestAPI, _ path: String, from origin: String) async throws -> TestClient.Answer {
        try await api.test {
            try await $0.raw(
                .options, path, headers: [.origin: origin, .accessControlRequestMethod: "PUT"])
        }
    }

    @Test func `a page of an origin that is named may ask, and sees what it needs`() async throws {
        let api = api(app, "http://localhost:3000")
        let asked = try await preflight(api, "/api/v1/workflows/wf_x", from: app)
        #expect(asked.status == 204)
        #expect(asked.headers[.accessControlAllowOrigin] == app)
        #expect(asked.headers[.accessControlAllowMethods] == "DELETE, GET, HEAD, PUT")
        #expect(asked.headers[.accessControlAllowHeaders]?.contains("If-Match") == true)
        #expect(asked.headers[.vary] == "Origin")
        for path in ["/api/v1/workflows", "/api/v1/workflows/wf_x", "/api/v1/nowhere"] {
            let answer = try await api.test { try await $0.get(path, headers: [.origin: app]) }
            #expect(answer.headers[.accessControlAllowOrigin] == app)
            #expect(answer.headers[.accessControlExposeHeaders]?.contains("ETag") == true)
            #expect(answer.headers[.accessControlAllowCredentials] == nil)
        }
    }

    @Test func `others are told nothing, and answers differ by origin`() async throws {
        let api = api(app)
        let asked = try await preflight(api, "/api/v1/workflows", from: "https://evil.example.com")
        #expect(asked.headers[.accessControlAllowOrigin] == nil)
        let answer = try await api.test { try await $0.get("/api/v1/workflows", headers: [.origin: "null"]) }
        #expect(answer.status == 200)
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
        #expect(answer.headers[.vary] == "Origin")
    }

    @Test func `all origins may be allowed, and never with cookies`() async throws {
        let answer = try await api("*").test { try await $0.get("/api/v1/workflows", headers: [.origin: app]) }
        #expect(answer.headers[.accessControlAllowOrigin] == "*")
        #expect(answer.headers[.accessControlAllowCredentials] == nil)
        #expect(answer.headers[.vary] == nil)
    }

    @Test func `without a setting there is none of it`() async throws {
        let asked = try await preflight(TestAPI(), "/api/v1/workflows", from: app)
        #expect(asked.status == 405)
        #expect(asked.headers[.accessControlAllowOrigin] == nil)
        // Deliveries come from servers.
        let hook = try await preflight(api(app), "/webhook/deploy", from: app)
        #expect(hook.headers[.accessControlAllowOrigin] == nil)
    }

    @Test(arguments: [
        "app.example.com", "https://app.example.com/", "https://app.example.com/x", "ftp://x", "https://", "null",
        "https://*.example.com", "https://a@b", "https://app.example.com:443", "http://x:80",
    ])
    func `what is no origin is no setting`(word: String) {
        #expect(AllowedOrigins([word]) == nil)
    }

    @Test func `security headers are on every answer, and TLS is demanded where it is there`() async throws {
        var api = TestAPI()
        let plain = try await api.test { [try await $0.get("/healthz"), try await $0.raw(.get, "/api/v1/workflows")] }
        for answer in plain {
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.init("X-Frame-Options")!] == "DENY")
            #expect(answer.headers[.crossOriginResourcePolicy] == "same-origin")
            #expect(answer.headers[.init("Permissions-Policy")!] != nil)
            #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(answer.headers[.strictTransportSecurity] == nil)
        }
        api.publicURL = "https://flows.example.com"
        let secure = try await api.test { try await $0.get("/healthz") }
        #expect(secure.headers[.strictTransportSecurity] == "max-age=63072000")
    }
}
