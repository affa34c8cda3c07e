import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing

@testable import PatchbayAPI

struct SignInTests {
    private static let password = "correct horse battery"

    private let api = TestAPI()

    /// Somebody who joined by invitation, and the answer that signed them in.
    private func join(
        _ client: TestClient, _ email: String = "ann@example.com", role: String = "owner"
    ) async throws -> TestClient.Answer {
        let invited = try await client.post("/api/v1/invitations", ["email": .string(email), "role": .string(role)])
        #expect(invited.status == 201)
        let token = try #require(invited.json["token"])
        return try await client.raw(
            .post, "/api/v1/auth/register", headers: [.contentType: "application/json"],
            body: JSON.object(["token": token, "name": "Ann", "password": .string(Self.password)]).bytes())
    }

    private func login(
        _ client: TestClient, _ members: JSONObject, headers: HTTPFields = [:]
    ) async throws -> TestClient.Answer {
        var body: JSONObject = ["email": "ann@example.com", "password": .string(Self.password)]
        for member in members { body[member.name] = member.value }
        var headers = headers
        headers[.contentType] = "application/json"
        return try await client.raw(
            .post, "/api/v1/auth/login", headers: headers, body: JSON.object(body).bytes())
    }

    @Test func `an invitation makes an account, once, and its cookies open the API`() async throws {
        try await api.test { client in
            let joined = try await join(client)
            #expect(joined.status == 201)
            #expect(joined.json["account"]?["email"] == "ann@example.com")
            #expect(joined.json["tenants"]?.array?.first?["role"] == "owner")
            let cookies = joined.headers[values: .setCookie]
            #expect(cookies.count == 2)
            #expect(cookies[0].hasSuffix("; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax"))
            #expect(cookies[1].hasSuffix("; Path=/; Max-Age=86400; SameSite=Strict"))
            let token = try #require(joined.token)
            #expect(cookies[1].contains(token.forgeryProof))
            #expect(try await client.page(.get, "/workflows", as: TestAPI.page(token)).status == 200)
            // Signed in again, and the invitation is gone.
            let again = try await login(client, [:])
            #expect(again.status == 200)
            #expect(try await client.get("/api/v1/invitations").json["items"] == [])
        }
        #expect(!api.log.lines.contains { $0.contains(Self.password) || $0.contains("pbs_") || $0.contains("pbi_") })
    }

    @Test func `by TLS cookies belong to this host alone`() async throws {
        var api = api
        api.publicURL = "https://flows.example.com"
        try await api.test { client in
            let joined = try await join(client)
            let cookies = joined.headers[values: .setCookie]
            #expect(cookies[0].hasPrefix("__Host-patchbay_session=pbs_"))
            #expect(cookies.allSatisfy { $0.contains("; Secure") && !$0.contains("Domain") })
        }
    }

    @Test func `a page that changes something proves where it comes from`() async throws {
        try await api.test { client in
            let token = try #require(try await join(client).token)
            let good = TestAPI.page(token)
            let workflow: JSON = ["name": "w", "nodes": [["id": "a", "type": "manual"]], "edges": []]
            #expect(try await client.page(.post, "/workflows", workflow, as: good).status == 201)
            for wrong in [nil, "", "x", token.secret.reveal(), AccessToken(.session).forgeryProof] {
                var headers = good
                headers[.csrf] = wrong
                let answer = try await client.page(.post, "/workflows", workflow, as: headers)
                #expect(answer.status == 403 && answer.code == "CSRF_TOKEN_INVALID")
                #expect(try await client.page(.get, "/workflows", as: headers).status == 200)
            }
            var elsewhere = good
            elsewhere[.site] = "cross-site"
            #expect(try await client.page(.post, "/workflows", workflow, as: elsewhere).code == "CSRF_TOKEN_INVALID")
            #expect(try await login(client, [:], headers: [.site: "cross-site"]).code == "CSRF_TOKEN_INVALID")
            // A planted second cookie opens nothing.
            var planted = good
            planted[.cookie] = good[.cookie]! + "; patchbay_session=" + AccessToken(.session).secret.reveal()
            #expect(try await client.page(.get, "/workflows", as: planted).status == 401)
        }
    }

    @Test func `whoever fails learns nothing, and soon waits`() async throws {
        try await api.test { client in
            _ = try await join(client)
            let wrong: [JSONObject] = [
                ["password": "wrong password"], ["email": "bob@example.com"], ["email": "no address"],
                ["password": .string(String(repeating: "x", count: 5_000))],
            ]
            for members in wrong {
                let answer = try await login(client, members)
                #expect(answer.status == 401 && answer.code == "INVALID_SIGN_IN")
                #expect(answer.json["error"]?["message"] == "E-mail address, password or code is wrong.")
            }
            var last = try await login(client, ["password": "wrong"])
            for _ in 0..<5 { last = try await login(client, ["password": "wrong"]) }
            #expect(last.status == 429 && last.code == "TOO_MANY_ATTEMPTS")
            #expect(last.headers[.retryAfter].flatMap { Int($0) } ?? 0 > 0)
            // Also with the right password, and for names that nobody has.
            #expect(try await login(client, [:]).status == 429)
            for _ in 0..<7 { last = try await login(client, ["email": "bob@example.com"]) }
            #expect(last.status == 429)
            api.clock.advance(by: 900_000)
            #expect(try await login(client, [:]).status == 200)
        }
    }

    @Test func `sessions end by sign-out, by choice, by time, and with the account`() async throws {
        try await api.test { client in
            let first = TestAPI.page(try #require(try await join(client).token))
            let second = TestAPI.page(try #require(try await login(client, [:]).token))
            let third = TestAPI.page(try #require(try await login(client, [:]).token))
            let list = try await client.page(.get, "/auth/sessions", as: second).json["items"]?.array ?? []
            #expect(list.count == 3)
            #expect(list.filter { $0["current"] == true }.count == 1)
            #expect(try await client.page(.post, "/auth/logout", as: first).status == 204)
            #expect(try await client.page(.get, "/workflows", as: first).status == 401)
            #expect(try await client.page(.delete, "/auth/sessions", as: second).json["closed"] == 1)
            #expect(try await client.page(.get, "/workflows", as: third).status == 401)
            #expect(try await client.page(.delete, "/auth/sessions/ses_x", as: second).code == "SESSION_NOT_FOUND")
            #expect(try await client.page(.get, "/workflows", as: second).status == 200)
            api.clock.advance(by: 86_400_000)
            #expect(try await client.page(.get, "/workflows", as: second).status == 401)
        }
    }

    @Test func `signing in anew ends the session that the browser brought`() async throws {
        try await api.test { client in
            let first = TestAPI.page(try #require(try await join(client).token))
            let again = try await login(client, [:], headers: [.cookie: first[.cookie]!])
            #expect(again.status == 200)
            #expect(try await client.page(.get, "/workflows", as: first).status == 401)
        }
    }

    @Test func `a new password ends all other sessions`() async throws {
        try await api.test { client in
            let first = TestAPI.page(try #require(try await join(client).token))
            let second = TestAPI.page(try #require(try await login(client, [:]).token))
            let new = "another horse entirely"
            for wrong: JSON in [
                ["new_password": .string(new)], ["current_password": "wrong", "new_password": .string(new)],
            ] {
                let answer = try await client.page(.put, "/auth/password", wrong, as: second)
                #expect(answer.status == 401 && answer.code == "INVALID_SIGN_IN")
            }
            let weak = try await client.page(
                .put, "/auth/password", ["current_password": .string(Self.password), "new_password": "password1234"],
                as: second)
            #expect(weak.status == 400)
            let done = try await client.page(
                .put, "/auth/password", ["current_password": .string(Self.password), "new_password": .string(new)],
                as: second)
            #expect(done.status == 200)
            for old in [first, second] { #expect(try await client.page(.get, "/workflows", as: old).status == 401) }
            let third = TestAPI.page(try #require(done.token))
            #expect(try await client.page(.get, "/workflows", as: third).status == 200)
            #expect(try await login(client, [:]).status == 401)
            #expect(try await login(client, ["password": .string(new)]).status == 200)
        }
    }

    @Test func `one-time codes are asked for once they are confirmed, and each is good for once`() async throws {
        try await api.test { client in
            let page = TestAPI.page(try #require(try await join(client).token))
            #expect(
                try await client.page(.post, "/auth/totp/confirm", ["code": "000000"], as: page).code
                    == "TOTP_NOT_OFFERED")
            #expect(try await client.page(.post, "/auth/totp", ["password": "wrong"], as: page).status == 401)
            let offer = try await client.page(.post, "/auth/totp", ["password": .string(Self.password)], as: page)
            let secret = try #require(offer.json["secret"]?.string.flatMap { Base32.bytes($0) })
            #expect(
                offer.json["address"]?.string?.hasPrefix("otpauth://totp/Patchbay:ann%40example.com?secret=") == true)
            // Not in use yet.
            #expect(try await login(client, [:]).status == 200)
            let done = try await client.page(
                .post, "/auth/totp/confirm", ["code": .string(code(secret))], as: page)
            let recovery = (done.json["recovery_codes"]?.array ?? []).compactMap(\.string)
            #expect(recovery.count == 10)
            #expect(try await login(client, [:]).code == "TOTP_REQUIRED")
            #expect(try await login(client, ["code": .string(code(secret))]).code == "INVALID_SIGN_IN")
            api.clock.advance(by: 60_000)
            #expect(try await login(client, ["code": .string(code(secret))]).status == 200)
            #expect(try await login(client, ["code": .string(code(secret))]).status == 401)
            #expect(try await login(client, ["recovery_code": .string(recovery[0].uppercased())]).status == 200)
            #expect(try await login(client, ["recovery_code": .string(recovery[0])]).status == 401)
            #expect(
                try await client.page(.post, "/auth/totp", ["password": .string(Self.password)], as: page).code
                    == "TOTP_ACTIVE")
            #expect(
                try await client.page(.post, "/auth/totp/disable", ["password": .string(Self.password)], as: page)
                    .status
                    == 204)
            #expect(try await login(client, [:]).status == 200)
        }
    }

    /// What an app would show now.
    private func code(_ secret: [UInt8]) -> String { TimeCode.current(secret: secret, at: api.clock.now) }

    @Test func `a link signs in once, and lets a forgotten password be replaced`() async throws {
        var api = api
        api.canSendMail = true
        api.publicURL = "http://flows.example.com/"
        let (mail, clock) = (api.mail, api.clock)
        let ann = api.person("ann@example.com", [.initial: "viewer"])
        try await api.test { client in
            let headers: HTTPFields = [.contentType: "application/json"]
            for email in ["ann@example.com", "nobody@example.com", "no address"] {
                let body = JSON.object(["email": .string(email)]).bytes()
                let answer = try await client.raw(.post, "/api/v1/auth/links", headers: headers, body: body)
                #expect(answer.status == 202)
                #expect(answer.json == ["sent": true])
            }
            #expect(mail.letters.map(\.to) == ["ann@example.com"])
            let text = try #require(mail.letters.first?.text)
            let start = try #require(text.firstRange(of: "http://flows.example.com/sign-in#token="))
            let token = String(text[start.upperBound...].prefix { !$0.isWhitespace })
            let redeem = JSON.object(["token": .string(token)]).bytes()
            let first = try await client.raw(.post, "/api/v1/auth/links/redeem", headers: headers, body: redeem)
            #expect(first.status == 200)
            #expect(first.json["account"]?["id"] == .string(ann.id.description))
            let second = try await client.raw(.post, "/api/v1/auth/links/redeem", headers: headers, body: redeem)
            #expect(second.status == 404 && second.code == "LINK_INVALID")
            let page = TestAPI.page(try #require(first.token))
            let changed = try await client.page(
                .put, "/auth/password", ["new_password": .string(Self.password)], as: page)
            #expect(changed.status == 200)
            #expect(try await login(client, [:]).status == 200)
            // Links expire.
            clock.advance(by: 900_000)
            _ = try await client.raw(
                .post, "/api/v1/auth/links", headers: headers,
                body: JSON.object(["email": "ann@example.com"]).bytes())
            let late = try #require(
                mail.letters.last?.text.split(separator: "token=").last?.prefix { !$0.isWhitespace })
            clock.advance(by: 900_000)
            let expired = try await client.raw(
                .post, "/api/v1/auth/links/redeem", headers: headers,
                body: JSON.object(["token": .string(String(late))]).bytes())
            #expect(expired.code == "LINK_INVALID")
        }
    }

    @Test func `without a way to send letters links are refused, and invitations are handed over`() async throws {
        try await api.test { client in
            let body = JSON.object(["email": "ann@example.com"]).bytes()
            let answer = try await client.raw(
                .post, "/api/v1/auth/links", headers: [.contentType: "application/json"], body: body)
            #expect(answer.status == 503 && answer.code == "MAIL_NOT_CONFIGURED")
        }
    }

    @Test func `a session is asked for once in a while, and not for each request`() async throws {
        let account = api.person("ann@example.com", [.initial: "viewer"])
        let headers = try await api.session(of: account)
        try await api.test { client in
            for _ in 0..<50 {
                let answer = try await client.page(.get, "/node-kinds", as: headers)
                #expect(answer.status == 200)
            }
        }
        let questions = api.identity.state.withLock { $0.questions }
        #expect(questions <= 3)
        // What another host took away counts here within two seconds.
        api.identity.state.withLock { $0.sessions = [:] }
        api.clock.advance(by: 2_000)
        let answer = try await api.test { try await $0.page(.get, "/node-kinds", as: headers) }
        #expect(answer.status == 401)
    }
}
