import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbaySecurity
import ServerFixture
import Testing

@testable import PatchbayAPI

/// Against a provider that others have made, over real connections.
@Suite(.timeLimit(.minutes(2)))
struct RealProviderTests {
    private static let callback = "http://localhost/api/v1/auth/oidc/corp/callback"

    /// A provider that was started for one test, and a client of it.
    private struct Ground {
        let server: ServerProcess
        let address: String
        /// Nothing that is refused to connectors by default is allowed, but this machine.
        let web: OutboundClient
        var api: TestAPI

        init() async throws {
            server = try ServerProcess(script: "openid.py")
            address = "http://127.0.0.1:\(server.ready["port"]?.int ?? 0)"
            web = try OutboundClient(policy: EgressPolicy(parsing: "127.0.0.0/8"))
            api = TestAPI(clock: SteppingClock(SystemTime().now.milliseconds))
            let registered = try await web.exchange(
                WebRequest(
                    method: "POST", url: address + "/oauth2/clients", headers: [("Content-Type", "application/json")],
                    body: JSON.object(["redirect_uris": [.string(RealProviderTests.callback)]]).bytes()))
            let client = try JSON(parsing: registered.body)
            api.providers = [
                OpenIDProvider(
                    OpenIDSettings(
                        id: "corp", title: "Corp", issuer: address, clientID: client["client_id"]?.string ?? "",
                        clientSecret: client["client_secret"]?.string.map { Secret($0) }),
                    publicURL: "http://localhost", web: web, clock: api.clock)
            ]
        }

        /// What a browser does from the first click on: it goes to the provider, whose form is filled in, and comes
        /// back.
        func signIn(_ client: TestClient, as subject: String) async throws -> TestClient.Answer {
            let start = try await client.raw(.get, "/api/v1/auth/oidc/corp/start")
            #expect(start.status == 303)
            let cookie = (start.headers[.setCookie] ?? "").prefix { $0 != ";" }
            let form = subject.isEmpty ? "action=deny" : "sub=\(subject)"
            let sent = try await web.exchange(
                WebRequest(
                    method: "POST", url: start.headers[.location] ?? "",
                    headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(form.utf8)))
            #expect(sent.status == 302)
            let back = sent.header("location") ?? ""
            #expect(back.hasPrefix(RealProviderTests.callback + "?"))
            return try await client.raw(
                .get, String(back.dropFirst("http://localhost".count)), headers: [.cookie: String(cookie)])
        }

        func rotate() async throws {
            #expect(try await web.exchange(WebRequest(method: "POST", url: address + "/rotate")).status == 200)
        }
    }

    @Test func `people sign in by it, before and after it has changed its key`() async throws {
        let ground = try await Ground()
        defer { ground.server.stop() }
        try await ground.api.test { client in
            #expect(
                try await client.post("/api/v1/invitations", ["email": "ann@example.com", "role": "editor"]).status
                    == 201)
            let first = try await ground.signIn(client, as: "ann-1")
            #expect(first.status == 200 && first.json["account"]?["email"] == "ann@example.com", "\(first.json)")
            #expect(first.json["account"]?["name"] == "Ann")
            let page = TestAPI.page(try #require(first.token))
            #expect(try await client.page(.get, "/workflows", as: page).status == 200)
            // At once after its keys were read, nobody reads them again.
            try await ground.rotate()
            #expect(try await ground.signIn(client, as: "ann-1").code == "INVALID_SIGN_IN")
            ground.api.clock.advance(by: 30_000)
            let second = try await ground.signIn(client, as: "ann-1")
            #expect(second.status == 200 && second.json["account"]?["id"] == first.json["account"]?["id"])
            #expect(try await client.page(.post, "/auth/logout", as: page).status == 204)
            #expect(try await client.page(.get, "/workflows", as: page).status == 401)
        }
    }

    @Test func `whom it does not vouch for, or who says no there, stays outside`() async throws {
        let ground = try await Ground()
        defer { ground.server.stop() }
        try await ground.api.test { client in
            _ = try await client.post("/api/v1/invitations", ["email": "bob@example.com", "role": "editor"])
            let bob = try await ground.signIn(client, as: "bob-1")
            #expect(bob.json["error"]?["details"]?["reason"] == "email_not_verified", "\(bob.json)")
            #expect(try await ground.signIn(client, as: "ann-1").json["error"]?["details"]?["reason"] == "not_invited")
            // This one does not say to which question that is the answer, so it is the answer to none.
            let denied = try await ground.signIn(client, as: "")
            #expect(denied.code == "SIGN_IN_EXPIRED" && denied.token == nil, "\(denied.json)")
        }
    }

    @Test func `a provider in a private network is reached only where the operator allows it`() async throws {
        let ground = try await Ground()
        defer { ground.server.stop() }
        var api = ground.api
        api.providers = [
            OpenIDProvider(
                OpenIDSettings(id: "corp", title: "Corp", issuer: ground.address, clientID: "c", clientSecret: nil),
                publicURL: "http://localhost", web: try OutboundClient(policy: EgressPolicy()), clock: api.clock)
        ]
        try await api.test { client in
            let answer = try await client.raw(.get, "/api/v1/auth/oidc/corp/start")
            #expect(answer.code == "PROVIDER_FAILED")
        }
        #expect(api.log.lines.contains { $0.contains("egress-denied") })
    }
}
