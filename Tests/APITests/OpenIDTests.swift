import HTTPTypes
import OpenIDFixture
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing

@testable import PatchbayAPI

struct OpenIDTests {
    private let script: ScriptedProvider
    private var api: TestAPI

    init() {
        api = TestAPI()
        script = ScriptedProvider(clock: api.clock)
        configure { _ in }
    }

    private mutating func configure(_ change: (inout OpenIDSettings) -> Void) {
        var settings = OpenIDSettings(
            id: "corp", title: "Corp", issuer: "https://id.example.com", clientID: "patchbay", clientSecret: Secret("s")
        )
        change(&settings)
        var other = settings
        other.id = "other"
        api.providers = [settings, other].map {
            OpenIDProvider($0, publicURL: "http://localhost", web: script, clock: api.clock)
        }
    }

    /// What a browser has after it was sent to the provider.
    private struct Begun {
        var cookie: String
        var code: String
        var state: String

        func path(_ more: String = "", provider: String = "corp") -> String {
            "/api/v1/auth/oidc/\(provider)/callback?code=\(code)&state=\(state)\(more)"
        }

        var headers: HTTPFields { [.cookie: cookie] }
    }

    private func begin(_ client: TestClient, _ query: String = "") async throws -> Begun {
        let answer = try await client.raw(.get, "/api/v1/auth/oidc/corp/start" + query)
        #expect(answer.status == 303)
        return try begun(answer, at: answer.headers[.location] ?? "")
    }

    private func begun(_ answer: TestClient.Answer, at address: String) throws -> Begun {
        let cookie = try #require(answer.headers[values: .setCookie].first { $0.hasPrefix("patchbay_question=") })
        #expect(cookie.hasSuffix("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"))
        let (code, state) = script.visit(address)
        return Begun(cookie: String(cookie.prefix { $0 != ";" }), code: code, state: state)
    }

    private func signIn(_ client: TestClient, _ query: String = "") async throws -> TestClient.Answer {
        let begun = try await begin(client, query)
        return try await client.raw(.get, begun.path(), headers: begun.headers)
    }

    private func invite(_ client: TestClient, _ email: String, _ role: String = "editor") async throws {
        #expect(
            try await client.post("/api/v1/invitations", ["email": .string(email), "role": .string(role)]).status == 201
        )
    }

    @Test func `whoever is invited signs in by the provider, then and ever after`() async throws {
        try await api.test { client in
            #expect(
                try await client.raw(.get, "/api/v1/auth/providers").json["items"]?.array?.first
                    == ["id": "corp", "name": "Corp", "start": "/api/v1/auth/oidc/corp/start"])
            try await invite(client, "ann@example.com")
            let first = try await signIn(client)
            #expect(first.status == 200 && first.json["session"]?["method"] == "oidc")
            #expect(first.json["tenants"]?.array?.first?["role"] == "editor")
            #expect(
                first.headers[values: .setCookie].contains { $0.hasPrefix("patchbay_question=; Path=/; Max-Age=0") })
            let token = try #require(first.token)
            #expect(try await client.page(.get, "/workflows", as: TestAPI.page(token)).status == 200)
            #expect(try await client.get("/api/v1/invitations").json["items"] == [])
            let registered = try #require(api.audit.events(.accountRegistered).first)
            #expect(registered.details["provider"] == "corp" && registered.tenant == .initial)
            // Their address is another one now, and belongs to nobody here: they are who they were.
            script.state.withLock { $0.person["email"] = "married@example.com" }
            let again = try await signIn(client, "?return_to=/workflows?x=1%26y=2")
            #expect(again.status == 303 && again.headers[.location] == "/workflows?x=1&y=2")
            let session = TestAPI.page(try #require(again.token))
            #expect(
                try await client.page(.get, "/auth/session", as: session).json["account"]?["email"] == "ann@example.com"
            )
            // Signing out is what it is for everybody.
            #expect(try await client.page(.post, "/auth/logout", as: session).status == 204)
            #expect(try await client.page(.get, "/workflows", as: session).status == 401)
        }
        #expect(api.audit.events(.accountRegistered).count == 1)
        #expect(
            !api.log.lines.contains { $0.contains("code-") || $0.contains("patchbay_question") || $0.contains("eyJ") })
    }

    @Test func `nobody comes in who is not invited, whose address is not verified, or whose account is another's`()
        async throws
    {
        let api = api
        api.person("bob@example.com", [.initial: "admin"])
        try await api.test { client in
            let stranger = try await signIn(client)
            #expect(stranger.status == 403 && stranger.code == "SIGN_IN_REFUSED" && stranger.token == nil)
            #expect(stranger.json["error"]?["details"]?["reason"] == "not_invited")
            try await invite(client, "ann@example.com", "owner")
            script.state.withLock { $0.person["email_verified"] = false }
            #expect(try await signIn(client).json["error"]?["details"]?["reason"] == "email_not_verified")
            script.state.withLock { $0.person = ["sub": "x", "email": "bob@example.com", "email_verified": true] }
            #expect(try await signIn(client).json["error"]?["details"]?["reason"] == "account_exists")
            script.state.withLock { $0.person = ["sub": "x", "email": "eve@example.com", "email_verified": true] }
            #expect(try await signIn(client).code == "SIGN_IN_REFUSED")
        }
        #expect(api.identity.state.withLock { $0.sessions.isEmpty && $0.identities.isEmpty && $0.accounts.count == 1 })
    }

    @Test func `the operator may let a provider speak for a domain`() async throws {
        var tests = self
        tests.configure {
            $0.domains = ["example.com"]
            $0.newcomers = .init(tenant: .initial, role: .viewer)
        }
        let (api, tests_) = (tests.api, tests)
        let bob = api.person("bob@example.com", [.initial: "admin"])
        let gone = api.person("gone@example.com", [.initial: "viewer"])
        _ = try await api.identity.setDisabled(true, gone.id, at: api.clock.now)
        try await api.test { client in
            let new = try await tests_.signIn(client)
            #expect(new.status == 200 && new.json["tenants"]?.array?.first?["role"] == "viewer")
            tests_.script.state.withLock {
                $0.person = ["sub": "b", "email": "BOB@example.com", "email_verified": true]
            }
            let known = try await tests_.signIn(client)
            #expect(known.json["account"]?["id"] == .string(bob.id.description))
            tests_.script.state.withLock {
                $0.person = ["sub": "c", "email": "eve@elsewhere.example", "email_verified": true]
            }
            #expect(try await tests_.signIn(client).json["error"]?["details"]?["reason"] == "not_invited")
            tests_.script.state.withLock {
                $0.person = ["sub": "d", "email": "gone@example.com", "email_verified": true]
            }
            #expect(try await tests_.signIn(client).json["error"]?["details"]?["reason"] == "disabled")
        }
    }

    @Test func `an answer counts once, in the browser that asked, for ten minutes, at the provider that was asked`()
        async throws
    {
        try await api.test { client in
            try await invite(client, "ann@example.com")
            let used = try await begin(client)
            #expect(try await client.raw(.get, used.path(), headers: used.headers).status == 200)
            let (mine, theirs) = (try await begin(client), try await begin(client))
            let stale = try await begin(client)
            let wrong: [(String, HTTPFields)] = [
                // Replayed with its cookie.
                (used.path(), used.headers),
                // In a browser that has asked nothing, or something else.
                (mine.path(), [:]), (mine.path(), theirs.headers),
                (mine.path(), [.cookie: mine.cookie + "x"]),
                (mine.path(), [.cookie: mine.cookie + "; " + theirs.cookie]),
                // Without the state, with two, or with another.
                ("/api/v1/auth/oidc/corp/callback?code=\(mine.code)", mine.headers),
                (mine.path("&state=\(mine.state)"), mine.headers), ("/api/v1/auth/oidc/corp/callback", mine.headers),
                (mine.path(provider: "other"), mine.headers),
            ]
            for (path, headers) in wrong {
                let answer = try await client.raw(.get, path, headers: headers)
                #expect(answer.status == 400 && answer.code == "SIGN_IN_EXPIRED" && answer.token == nil, "\(path)")
                #expect(answer.headers[values: .setCookie].allSatisfy { $0.contains("Max-Age=0") })
            }
            // None of that has used up the right one.
            #expect(try await client.raw(.get, mine.path(), headers: mine.headers).status == 200)
            api.clock.advance(by: 600_000)
            #expect(try await client.raw(.get, stale.path(), headers: stale.headers).code == "SIGN_IN_EXPIRED")
        }
    }

    @Test func `what the provider refuses is told by its name only`() async throws {
        try await api.test { client in
            for (text, word) in [
                ("access_denied", "access_denied" as JSON), ("%3Cscript%3E", .null), ("", .null),
            ] {
                let begun = try await begin(client)
                let answer = try await client.raw(
                    .get,
                    "/api/v1/auth/oidc/corp/callback?error=\(text)&error_description=%3Cb%3E&state=\(begun.state)",
                    headers: begun.headers)
                #expect(answer.code == "SIGN_IN_REFUSED" && answer.json["error"]?["details"]?["provider_error"] == word)
                #expect(!String(decoding: answer.bytes, as: UTF8.self).contains("<"))
            }
            // Somebody else's code, put into this browser's answer.
            let (mine, theirs) = (try await begin(client), try await begin(client))
            let mixed = try await client.raw(
                .get, "/api/v1/auth/oidc/corp/callback?code=\(theirs.code)&state=\(mine.state)", headers: mine.headers)
            #expect(mixed.code == "SIGN_IN_REFUSED")
            #expect(try await client.raw(.get, mine.path("&iss=x"), headers: mine.headers).code == "SIGN_IN_EXPIRED")
        }
    }

    @Test(
        arguments: [
            (["nonce": "x"], [:]), (["iss": "https://evil.example.com"], [:]), (["aud": "other"], [:]),
            (["aud": []], [:]),
            (["azp": "other"], [:]), (["exp": 1], [:]), (["iat": 1], [:]), (["sub": .null], [:]),
            ([:], ["alg": "none"]),
            ([:], ["alg": "HS256"]), ([:], ["alg": "RS256"]), ([:], ["kid": "unknown"]), ([:], ["crit": ["x"]]),
        ] as [(JSONObject, JSONObject)])
    func `a token that is not right signs nobody in`(claims: JSONObject, header: JSONObject) async throws {
        script.state.withLock { ($0.claims, $0.header) = (claims, header) }
        try await api.test { client in
            try await invite(client, "ann@example.com")
            let answer = try await signIn(client)
            #expect(answer.status == 401 && answer.code == "INVALID_SIGN_IN" && answer.token == nil)
        }
        #expect(api.identity.state.withLock { $0.sessions.isEmpty && $0.accounts.isEmpty })
        #expect(api.log.lines.contains { $0.contains("token-invalid") })
    }

    @Test func `a provider that is away is told as such`() async throws {
        script.state.withLock { $0.answers["/.well-known/openid-configuration"] = WebAnswer(status: 503) }
        try await api.test { client in
            let answer = try await client.raw(.get, "/api/v1/auth/oidc/corp/start")
            #expect(answer.status == 502 && answer.code == "PROVIDER_FAILED")
            #expect(try await client.raw(.get, "/api/v1/auth/oidc/nobody/start").code == "PROVIDER_NOT_FOUND")
        }
    }

    @Test(arguments: ["https://evil.example.com", "//evil.example.com", "/%5Cevil.example.com", "", "x", "/a%0D%0Ab"])
    func `nobody is sent to another host in the end`(path: String) async throws {
        try await api.test { client in
            let answer = try await client.raw(.get, "/api/v1/auth/oidc/corp/start?return_to=\(path)")
            #expect(answer.status == 400 && answer.problems == ["bad-parameter"])
        }
    }

    @Test func `accounts that ask for a code still do`() async throws {
        try await api.test { client in
            try await invite(client, "ann@example.com")
            #expect(try await signIn(client).status == 200)
            let id = try #require(api.identity.state.withLock { $0.accounts.keys.first })
            let secret = TimeCode.newSecret()
            let sealed = try api.dependencies.identity.key.seal(secret, boundTo: SignIn.binding(of: id))
            api.identity.state.withLock { state in
                state.accounts[id]?.sealedTOTP = sealed
                state.accounts[id]?.account.isTOTPActive = true
            }
            let asked = try await signIn(client)
            #expect(asked.status == 401 && asked.code == "TOTP_REQUIRED" && asked.token == nil)
            let token = try #require(asked.json["error"]?["details"]?["token"])
            let code = TimeCode.current(secret: secret, at: api.clock.now)
            let redeemed = try await client.raw(
                .post, "/api/v1/auth/links/redeem", headers: [.contentType: "application/json"],
                body: JSON.object(["token": token, "code": .string(code)]).bytes())
            #expect(redeemed.status == 200 && redeemed.token != nil)
            let sent = try await signIn(client, "?return_to=/workflows")
            #expect(sent.status == 303 && sent.headers[.location]?.hasPrefix("/sign-in#token=pbl_") == true)
            #expect(sent.token == nil)
        }
    }

    @Test func `whoever has signed in adds the provider, and takes it away`() async throws {
        let bob = api.person("bob@example.com", [.initial: "viewer"])
        try await api.test { client in
            let page = try await api.session(of: bob)
            let url = try await client.page(.post, "/auth/oidc/corp/link", ["return_to": "/account"], as: page)
            #expect(url.status == 200)
            let begun = try begun(url, at: url.json["url"]?.string ?? "")
            let linked = try await client.raw(.get, begun.path(), headers: begun.headers)
            #expect(linked.status == 303 && linked.headers[.location] == "/account" && linked.token == nil)
            // The address at the provider is another one, and that is nobody's business.
            #expect(try await signIn(client).json["account"]?["id"] == .string(bob.id.description))
            let list = try await client.page(.get, "/auth/identities", as: page).json["items"]?.array ?? []
            #expect(list.count == 1 && list[0]["provider"] == "corp")
            let eve = try await api.session(of: api.person("eve@example.com", [.initial: "viewer"]))
            let id = try #require(list[0]["id"]?.string)
            #expect(try await client.page(.delete, "/auth/identities/" + id, as: eve).code == "IDENTITY_NOT_FOUND")
            // Somebody has it already.
            let taken = try await client.page(.post, "/auth/oidc/corp/link", [:], as: eve)
            let again = try self.begun(taken, at: taken.json["url"]?.string ?? "")
            #expect(try await client.raw(.get, again.path(), headers: again.headers).code == "IDENTITY_TAKEN")
            // It is the only way in until there is a password.
            #expect(try await client.page(.delete, "/auth/identities/" + id, as: page).code == "LAST_SIGN_IN")
            try await api.identity.setPassword("hash", of: bob.id)
            #expect(try await client.page(.delete, "/auth/identities/" + id, as: page).status == 204)
            #expect(try await client.page(.get, "/auth/identities", as: page).json["items"] == [])
            #expect(try await client.page(.post, "/auth/oidc/corp/link", ["return_to": "//x"], as: page).status == 400)
            var elsewhere = page
            elsewhere[.csrf] = nil
            #expect(
                try await client.page(.post, "/auth/oidc/corp/link", [:], as: elsewhere).code == "CSRF_TOKEN_INVALID")
        }
    }
}
