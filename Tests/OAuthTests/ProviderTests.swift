import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbaySecurity
import ServerFixture
import Testing

extension OAuthSuites {
    /// With a provider that others have written (Authlib), as `Servers/provider.py` starts it.
    @Suite struct ProviderTests {
        private static let redirect = "https://flows.example.com/api/v1/oauth/callback"

        private func withProvider(_ body: (Hosts) async throws -> Void) async throws {
            let server = try ServerProcess(script: "provider.py")
            defer { server.stop() }
            let port = try #require(server.ready["port"]?.int)
            try await withHosts(tokensFrom: "http://127.0.0.1:\(port)", body)
        }

        /// Goes where a browser would, and gives what it would bring back.
        private func visit(_ url: String) async throws -> OAuthConsent.Return {
            let browser = try OutboundClient(policy: try EgressPolicy(parsing: "127.0.0.0/8"))
            let answer = try await browser.exchange(WebRequest(url: url))
            #expect(answer.status == 302)
            let location = try #require(answer.header("location"))
            #expect(location.hasPrefix(Self.redirect + "?"))
            var values: [String: String] = [:]
            for part in location.split(separator: "?")[1].split(separator: "&") {
                let halves = part.split(separator: "=").map(String.init)
                values[halves[0]] = halves[1]
            }
            return OAuthConsent.Return(
                state: values["state"] ?? "", code: values["code"].map { Secret($0) }, error: values["error"])
        }

        private func counts(_ token: String?, _ hosts: Hosts) async throws -> Bool? {
            let browser = try OutboundClient(policy: try EgressPolicy(parsing: "127.0.0.0/8"))
            let answer = try await browser.exchange(WebRequest(url: hosts.url + "/used?token=\(token ?? "")"))
            return try JSON(parsing: answer.body)["counts"]?.bool
        }

        @Test(arguments: [
            ["client_id": "basic:client", "client_secret": "s3cret & more%"],
            ["client_id": "body", "client_secret": "s3cret", "client_authentication": "body"],
        ])
        func `a credential is authorised, used, renewed and taken back`(client: [String: String]) async throws {
            try await withProvider { hosts in
                let record = try await hosts.add(
                    "acme", client.merging(["scopes": "read write", "revoke_url": hosts.url + "/revoke"]) { $1 },
                    tokens: false)
                let beginning = try await hosts.one.consent.begin(record, for: .anybody, redirect: Self.redirect)
                let back = try await visit(beginning.url)
                // The other host may be the one that they come back to.
                let done = try await hosts.two.consent.complete(back) { $0 == .anybody }
                #expect(done.record.state == .ready)
                let first = try await hosts.one.token()
                #expect(try await counts(first, hosts) == true)
                #expect(try await hosts.stored().tokens?.scope == "read write")
                hosts.clock.advance(seconds: 864_000)
                let second = try await hosts.two.token()
                #expect(second != first)
                #expect(try await counts(second, hosts) == true)
                #expect(try await counts(first, hosts) == false)
                #expect(try await hosts.one.token() == second)
                let (revoked, isConfirmed) = try await hosts.one.consent.revoke(record)
                #expect(isConfirmed == true)
                #expect(revoked.state == .authorise)
                #expect(try await counts(second, hosts) == false)
                await #expect(throws: OperationFailure.self) { try await hosts.two.token() }
            }
        }

        @Test func `a provider that took everything back wants another authorisation`() async throws {
            try await withProvider { hosts in
                let client = ["client_id": "body", "client_secret": "s3cret", "client_authentication": "body"]
                let record = try await hosts.add("acme", client, refresh: "never-given")
                hosts.clock.advance(seconds: 3_600)
                await #expect(throws: OperationFailure.self) { try await hosts.one.token() }
                #expect(try await hosts.stored().record.state == .reauthorise)
                let beginning = try await hosts.two.consent.begin(record, for: .anybody, redirect: Self.redirect)
                let back = try await visit(beginning.url)
                _ = try await hosts.one.consent.complete(back) { _ in true }
                #expect(try await counts(try await hosts.two.token(), hosts) == true)
                #expect(try await hosts.stored().record.reason == nil)
            }
        }

        @Test func `a code that another proof asked for is not redeemed`() async throws {
            try await withProvider { hosts in
                let record = try await hosts.add(
                    "acme", ["client_id": "body", "client_secret": "s3cret", "client_authentication": "body"],
                    tokens: false)
                let stolen = try await visit(
                    try await hosts.one.consent.begin(record, for: .anybody, redirect: Self.redirect).url)
                var mine = try await visit(
                    try await hosts.one.consent.begin(record, for: .anybody, redirect: Self.redirect).url)
                mine.code = stolen.code
                let injected = mine
                await #expect(throws: ConsentRefusal.self) {
                    try await hosts.one.consent.complete(injected) { _ in true }
                }
                #expect(try await hosts.stored().record.state == .authorise)
            }
        }

        @Test func `a client that acts for itself needs nobody`() async throws {
            try await withProvider { hosts in
                for (name, client) in [
                    ("one", ["client_id": "basic:client", "client_secret": "s3cret & more%"]),
                    ("two", ["client_id": "body", "client_secret": "s3cret", "client_authentication": "body"]),
                ] {
                    try await hosts.add(name, client.merging(["grant": "client_credentials"]) { $1 }, tokens: false)
                    let token = try await hosts.one.token(name)
                    #expect(try await counts(token, hosts) == true)
                    #expect(try await hosts.two.token(name) == token)
                }
            }
        }

        @Test func `a wrong secret is told`() async throws {
            try await withProvider { hosts in
                try await hosts.add(
                    "acme", ["client_id": "basic:client", "client_secret": "wr0ng", "grant": "client_credentials"],
                    tokens: false)
                let failure = await #expect(throws: OperationFailure.self) { try await hosts.one.token() }
                #expect(failure?.code == .config)
                #expect(failure?.message.contains("invalid_client") == true)
                #expect(failure?.message.contains("wr0ng") == false)
            }
        }
    }
}
