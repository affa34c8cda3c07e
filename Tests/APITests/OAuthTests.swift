import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

/// The way to a provider of tokens and back.
struct OAuthTests {
    private let api: TestAPI
    private static let granted = #"{"access_token":"acc3ss","refresh_token":"refr3sh","expires_in":3600}"#

    init() {
        var api = TestAPI()
        api.publicURL = "http://flows.example.com/"
        self.api = api
    }

    private static func credential(_ more: [String: JSON] = [:], name: String = "acme") -> JSON {
        var fields: JSONObject = [
            "client_id": "id", "client_secret": "s3cret", "token_url": "https://acme.example/token",
            "authorize_url": "https://acme.example/authorize", "revoke_url": "https://acme.example/revoke",
            "scopes": "read write",
        ]
        for (name, value) in more { fields[name] = value }
        return ["name": .string(name), "kind": "oauth2", "fields": .object(fields)]
    }

    /// The parameters of a URL that a browser is sent to.
    private func parameters(_ answer: TestClient.Answer) throws -> [String: String] {
        let url = try #require(answer.json["url"]?.string)
        #expect(url.hasPrefix("https://acme.example/authorize?"))
        var parameters: [String: String] = [:]
        for part in url.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1)
            parameters[String(halves[0])] = halves.count > 1 ? String(halves[1]) : ""
        }
        return parameters
    }

    private func back(_ state: String?, _ more: String = "code=c0de") -> String {
        "/api/v1" + backPath(state, more)
    }

    private func backPath(_ state: String?, _ more: String) -> String {
        "/oauth/callback?state=\(state ?? "")&\(more)"
    }

    private static let asProgram: HTTPFields = [.accept: "application/json"]

    @Test func `somebody is sent to the provider and comes back with a code`() async throws {
        api.provider.answer(200, Self.granted)
        let person = api.person("ada@example.com", [.initial: "admin"])
        let page = try await api.session(of: person)
        let api = api
        try await api.test { client in
            let added = try await client.post("/api/v1/credentials", Self.credential())
            #expect(added.status == 201)
            #expect(added.json["state"] == "authorise")
            #expect(added.json["fields"] == nil)
            let begun = try await client.page(.post, "/credentials/acme/oauth/authorize", as: page)
            #expect(begun.status == 200)
            let sent = try parameters(begun)
            #expect(sent["client_id"] == "id")
            #expect(sent["scope"] == "read%20write")
            #expect(sent["redirect_uri"] == "http%3A%2F%2Fflows.example.com%2Fapi%2Fv1%2Foauth%2Fcallback")
            #expect(sent["code_challenge_method"] == "S256")
            // Providers add what they like.
            let done = try await client.page(
                .get, backPath(sent["state"], "code=c0de&scope=read&authuser=0&iss=https%3A%2F%2Facme.example"),
                as: page)
            #expect(done.status == 200)
            #expect(done.headers[.contentType] == "text/html; charset=utf-8")
            #expect(String(decoding: done.bytes, as: UTF8.self).contains("can be used now"))
            let list = try await client.get("/api/v1/credentials")
            #expect(list.json["items"]?[0]?["state"] == "ready")
            for answer in [added, begun, done, list] {
                let text = String(decoding: answer.bytes, as: UTF8.self)
                for secret in ["s3cret", "acc3ss", "refr3sh", "c0de"] { #expect(!text.contains(secret)) }
            }
            let form = try #require(api.provider.forms.first)
            #expect(form.hasPrefix("grant_type=authorization_code&code=c0de&redirect_uri=http%3A%2F%2Fflows"))
            let verifier = try #require(form.split(separator: "=").last.map(String.init))
            #expect(CodeProof(verifier: Secret(verifier)).challenge == sent["code_challenge"])
            // Once.
            let again = try await client.page(.get, backPath(sent["state"], "code=x"), as: page)
            #expect(again.status == 400)
        }
        let grant = try await api.vault.grant(named: "acme", in: .initial)
        #expect(grant.map { OAuthContent(sealed: $0.fields).tokens?.access } == Secret("acc3ss"))
        #expect(!api.log.lines.contains { $0.contains("c0de") || $0.contains("pbo_") })
    }

    @Test func `only the session that began it may come back`() async throws {
        api.provider.answer(200, Self.granted)
        let person = api.person("ada@example.com", [.initial: "admin"])
        let other = api.person("eve@example.com", [.initial: "admin"])
        let (page, second, stranger) = (
            try await api.session(of: person), try await api.session(of: person), try await api.session(of: other)
        )
        let answers = try await api.test { client in
            _ = try await client.post("/api/v1/credentials", Self.credential())
            var answers: [TestClient.Answer] = []
            for headers in [second, stranger, Self.asProgram] {
                let begun = try await client.page(.post, "/credentials/acme/oauth/authorize", as: page)
                var headers = headers
                headers[.accept] = "application/json"
                answers.append(
                    try await client.raw(.get, back(try parameters(begun)["state"]), headers: headers))
            }
            return answers
        }
        #expect(answers.map(\.status) == [403, 403, 403])
        #expect(answers.allSatisfy { $0.code == "CONSENT_SESSION_MISMATCH" })
        #expect(api.provider.requests.isEmpty)
    }

    @Test func `what the installation's key began may be ended without a session, within ten minutes`() async throws {
        api.provider.answer(200, Self.granted)
        let api = api
        let answers = try await api.test { client in
            _ = try await client.post("/api/v1/credentials", Self.credential())
            let first = try await client.post("/api/v1/credentials/acme/oauth/authorize")
            let done = try await client.raw(.get, back(try parameters(first)["state"]), headers: Self.asProgram)
            let second = try await client.post("/api/v1/credentials/acme/oauth/authorize")
            api.clock.advance(by: OAuthConsent.patience)
            return [done, try await client.raw(.get, back(try parameters(second)["state"]), headers: Self.asProgram)]
        }
        #expect(answers.map(\.status) == [200, 400])
        #expect(answers[0].json["credential"]?["state"] == "ready")
        #expect(answers[1].code == "CONSENT_STATE_INVALID")
    }

    @Test func `a browser is led to where it was to go afterwards`() async throws {
        api.provider.answer(200, Self.granted)
        let answers = try await api.test { client in
            _ = try await client.post("/api/v1/credentials", Self.credential())
            let path = "/api/v1/credentials/acme/oauth/authorize"
            let begun = try await client.post(path, ["return_to": "/ui/credentials?tab=1"])
            let done = try await client.raw(.get, back(try parameters(begun)["state"]))
            var answers = [done]
            for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "ui", "/a\r\nX: y", ""] {
                answers.append(try await client.post(path, ["return_to": .string(elsewhere)]))
            }
            return answers
        }
        #expect(answers[0].status == 303)
        #expect(answers[0].headers[.location] == "/ui/credentials?tab=1")
        #expect(answers.dropFirst().map(\.status) == Array(repeating: 400, count: 6))
    }

    @Test(arguments: [
        ("error=access_denied&error_description=%3Cscript%3Eno%3C%2Fscript%3E", 403, "CONSENT_DENIED"),
        ("", 403, "CONSENT_DENIED"), ("code=", 403, "CONSENT_DENIED"),
        ("code=a&code=b", 400, "CONSENT_STATE_INVALID"), ("code=c0de", 502, "CONSENT_FAILED"),
    ])
    func `a refusal is told, to programs and to people`(query: String, status: Int, code: String) async throws {
        api.provider.answer(400, #"{"error":"invalid_grant","error_description":"c0de is spent"}"#)
        try await api.test { client in
            _ = try await client.post("/api/v1/credentials", Self.credential())
            for accept in ["application/json", "text/html,*/*"] {
                let begun = try await client.post("/api/v1/credentials/acme/oauth/authorize")
                let answer = try await client.raw(
                    .get, back(try parameters(begun)["state"], query), headers: [.accept: accept])
                #expect(answer.status == status)
                #expect(accept == "application/json" ? answer.code == code : answer.json.isNull)
                let text = String(decoding: answer.bytes, as: UTF8.self)
                if accept != "application/json" { #expect(!text.contains("<script>")) }
                #expect(!text.contains("c0de"))
            }
            let list = try await client.get("/api/v1/credentials")
            #expect(list.json["items"]?[0]?["state"] == "authorise")
            // A state that nobody gave is not worth a line, or anybody could fill a tenant's log.
            let refused = api.audit.events(.credentialAuthorized)
            #expect(refused.count == (code == "CONSENT_STATE_INVALID" ? 0 : 2))
            for event in refused {
                #expect(event.outcome == .refused && event.tenant == .initial && event.actor == .nobody)
                #expect(event.details["code"]?.string == code)
                #expect(event.resource?.id == list.json["items"]?[0]?["id"]?.string)
            }
        }
    }

    @Test(arguments: ["", "pbo_x", "state", "pbi_0190000000007000800000000001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
    func `a state that nobody gave is none`(state: String) async throws {
        let answer = try await api.test { try await $0.raw(.get, back(state), headers: Self.asProgram) }
        #expect(answer.status == 400)
        #expect(answer.code == "CONSENT_STATE_INVALID")
    }

    @Test func `tokens are taken back, and the provider is told`() async throws {
        api.provider.answer(200, Self.granted)
        let api = api
        try await api.test { client in
            _ = try await client.post("/api/v1/credentials", Self.credential())
            let nothing = try await client.post("/api/v1/credentials/acme/oauth/revoke")
            #expect(nothing.json["confirmed"] == .null)
            for (status, isConfirmed) in [(200, true), (503, false)] {
                api.provider.answer(200, Self.granted)
                let begun = try await client.post("/api/v1/credentials/acme/oauth/authorize")
                _ = try await client.raw(.get, back(try parameters(begun)["state"]))
                api.provider.answer(status, "")
                let revoked = try await client.post("/api/v1/credentials/acme/oauth/revoke")
                #expect(revoked.status == 200)
                #expect(revoked.json["confirmed"] == .bool(isConfirmed))
                #expect(revoked.json["credential"]?["state"] == "authorise")
                #expect(
                    api.provider.forms.suffix(2) == [
                        "token=refr3sh&token_type_hint=refresh_token", "token=acc3ss&token_type_hint=access_token",
                    ])
            }
        }
    }

    @Test func `what needs no authorisation gets none`() async throws {
        let answers = try await api.test { client in
            _ = try await client.post(
                "/api/v1/credentials", Self.credential(["grant": "client_credentials"], name: "robot"))
            _ = try await client.post(
                "/api/v1/credentials", ["name": "plain", "kind": "bearer", "fields": ["token": "t"]])
            return [
                try await client.post("/api/v1/credentials/robot/oauth/authorize"),
                try await client.post("/api/v1/credentials/plain/oauth/authorize"),
                try await client.post("/api/v1/credentials/plain/oauth/revoke"),
                try await client.post("/api/v1/credentials/nobody/oauth/authorize"),
            ]
        }
        #expect(answers.map(\.status) == [409, 409, 409, 404])
        #expect(answers.prefix(3).allSatisfy { $0.code == "CONSENT_NOT_POSSIBLE" })
    }

    @Test func `a connector knows its provider`() async throws {
        let api = api
        let answers = try await api.test { client in
            [
                try await client.post(
                    "/api/v1/credentials",
                    ["name": "a", "kind": "oauth2", "connector": "echo", "fields": ["client_id": "id"]]),
                try await client.post(
                    "/api/v1/credentials",
                    [
                        "name": "b", "kind": "oauth2", "connector": "echo",
                        "fields": ["client_id": "id", "scopes": "less"],
                    ]),
                try await client.post(
                    "/api/v1/credentials", ["name": "c", "kind": "oauth2", "fields": ["client_id": "id"]]),
                // Another provider's form is filled with nothing of this one's.
                try await client.post(
                    "/api/v1/credentials",
                    [
                        "name": "d", "kind": "oauth2", "connector": "echo",
                        "fields": ["client_id": "id", "token_url": "https://own.example/token"],
                    ]),
                try await client.post(
                    "/api/v1/credentials",
                    [
                        "name": "e", "kind": "oauth2", "connector": "echo",
                        "fields": ["client_id": "id", "$access_token": "x"],
                    ]),
            ]
        }
        #expect(answers.map(\.status) == [201, 201, 400, 400, 400])
        #expect(answers[2].problems == ["missing-field", "missing-field"])
        #expect(answers[4].problems == ["unknown-field"])
        for (name, scopes) in [("a", ["say", "hear"]), ("b", ["less"])] {
            let client = try await api.vault.grant(named: name, in: .initial).flatMap { OAuthClient($0.fields) }
            #expect(client?.tokenURL == "https://echo.example/token")
            #expect(client?.authorizeURL == "https://echo.example/authorize")
            #expect(client?.authentication == .body)
            #expect(client?.scopes == scopes)
        }
    }
}
