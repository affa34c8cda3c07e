import PatchbayCore
import PatchbaySecurity
import Testing

extension OAuthSuites {
    /// Tokens of one credential on two hosts, with a server that counts.
    @Suite struct RenewalTests {
        /// Runs `body` with a server and two hosts.
        private func withServer(
            _ body: @escaping @Sendable (TokenServer, Hosts) async throws -> Void
        ) async throws {
            let server = TokenServer()
            try await server.listen { url in
                try await withHosts(tokensFrom: url) { try await body(server, $0) }
            }
        }

        @Test func `32 users of one expiring credential on two hosts cause one refresh`() async throws {
            try await withServer { server, hosts in
                try await hosts.add()
                hosts.clock.advance(seconds: 3_600)
                server.hold(1)
                let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
                    for user in 0..<32 {
                        let host = user.isMultiple(of: 2) ? hosts.one : hosts.two
                        group.addTask { try await host.token() }
                    }
                    // Both are at it: one has asked, and the other waits for the row.
                    try await hosts.waitForWaiters(1)
                    // Nobody else's way to the database is barred.
                    #expect(try await hosts.one.vault.list(in: Hosts.tenant).count == 1)
                    #expect(try await hosts.two.vault.list(in: Hosts.tenant).count == 1)
                    #expect(server.forms.count == 1)
                    server.release()
                    return try await group.reduce(into: [String?]()) { $0.append($1) }
                }
                #expect(tokens.count == 32)
                #expect(Set(tokens) == ["a2"])
                #expect(server.forms == ["grant_type=refresh_token&refresh_token=r1"])
                let stored = try await hosts.stored()
                #expect(stored.tokens?.refresh == Secret("r2"))
                #expect(stored.tokens?.previousRefresh == Secret("r1"))
                #expect(stored.record.state == .ready)
                #expect(try await hosts.renewals() == ["success"])
            }
        }

        @Test func `another host takes over from one that dies while it asks`() async throws {
            try await withServer { server, hosts in
                server.answer(.steady)
                try await hosts.add()
                hosts.clock.advance(seconds: 3_600)
                server.hold(1)
                var arrivals = server.arrivals.makeAsyncIterator()
                async let lost = hosts.one.token()
                _ = await arrivals.next()
                async let other = hosts.two.token()
                try await hosts.waitForWaiters(1)
                try await hosts.cutHolders()
                #expect(try await other == "a2")
                #expect(server.forms.count == 2)
                #expect(try await hosts.stored().tokens?.access == Secret("a2"))
                // Were it alive after all, its answer would come too late to replace anything but itself.
                server.release()
                #expect(["a2", "a3"].contains(try await lost))
                #expect(try await hosts.stored().tokens?.refresh == Secret("r1"))
            }
        }

        @Test func `tokens that came are stored though the connection was lost meanwhile`() async throws {
            try await withServer { server, hosts in
                try await hosts.add()
                hosts.clock.advance(seconds: 3_600)
                server.hold(1)
                var arrivals = server.arrivals.makeAsyncIterator()
                async let token = hosts.one.token()
                _ = await arrivals.next()
                try await hosts.cutHolders()
                server.release()
                #expect(try await token == "a2")
                #expect(try await hosts.stored().tokens?.refresh == Secret("r2"))
                #expect(server.forms.count == 1)
            }
        }

        @Test func `the refresh token before is tried when the newest is refused`() async throws {
            try await withServer { server, hosts in
                try await hosts.add()
                hosts.clock.advance(seconds: 3_600)
                #expect(try await hosts.one.token() == "a2")
                // What the server gave last got lost there.
                server.count(["r1"])
                hosts.clock.advance(seconds: 3_600)
                #expect(try await hosts.two.token() == "a3")
                #expect(
                    server.forms.suffix(2) == [
                        "grant_type=refresh_token&refresh_token=r2", "grant_type=refresh_token&refresh_token=r1",
                    ])
                #expect(try await hosts.stored().tokens?.refreshTokens == [Secret("r3"), Secret("r1")])
            }
        }

        @Test func `a refused grant has to be authorised again, and nobody asks until then`() async throws {
            try await withServer { server, hosts in
                try await hosts.add()
                server.count([])
                hosts.clock.advance(seconds: 3_600)
                let failure = await #expect(throws: OperationFailure.self) { try await hosts.one.token() }
                #expect(failure?.code == .authDenied)
                #expect(failure?.isRetryable == false)
                #expect(failure?.message.contains("invalid_grant: ‹secret› is spent") == true)
                let stored = try await hosts.stored()
                #expect(stored.record.state == .reauthorise)
                #expect(stored.record.reason?.contains("invalid_grant") == true)
                #expect(stored.tokens?.refresh == Secret("r1"), "a mistake of the server's can be made good")
                await #expect(throws: OperationFailure.self) { try await hosts.two.token() }
                #expect(server.forms.count == 1)
                #expect(try await hosts.renewals() == ["refused"])
            }
        }

        @Test func `who waited while another was refused does not ask again`() async throws {
            try await withServer { server, hosts in
                try await hosts.add()
                server.count([])
                hosts.clock.advance(seconds: 3_600)
                server.hold(1)
                var arrivals = server.arrivals.makeAsyncIterator()
                async let one = Self.code { try await hosts.one.token() }
                _ = await arrivals.next()
                async let two = Self.code { try await hosts.two.token() }
                try await hosts.waitForWaiters(1)
                server.release()
                #expect(await [one, two] == [.authDenied, .authDenied])
                #expect(server.forms.count == 1)
            }
        }

        private static func code(
            _ body: @Sendable () async throws -> String?
        ) async -> OperationFailure.Code? {
            do {
                _ = try await body()
                return nil
            } catch {
                return (error as? OperationFailure)?.code
            }
        }

        @Test func `what is revoked while it is renewed stays revoked`() async throws {
            try await withServer { server, hosts in
                let record = try await hosts.add()
                hosts.clock.advance(seconds: 3_600)
                server.hold(1)
                var arrivals = server.arrivals.makeAsyncIterator()
                async let one = Self.code { try await hosts.one.token() }
                _ = await arrivals.next()
                // The row is let go of by force, so that revoking comes in between.
                try await hosts.cutHolders()
                let (revoked, isConfirmed) = try await hosts.two.consent.revoke(record)
                #expect(revoked.state == .authorise)
                #expect(isConfirmed == nil)
                server.release()
                #expect(await one == .authDenied)
                #expect(try await hosts.stored().tokens == nil)
            }
        }

        @Test func `without a refresh token an access token lives until its end`() async throws {
            try await withServer { server, hosts in
                try await hosts.add(refresh: nil)
                hosts.clock.advance(seconds: 3_599)
                #expect(try await hosts.one.token() == "a1")
                #expect(try await hosts.stored().record.state == .reauthorise)
                #expect(try await hosts.two.token() == "a1")
                hosts.clock.advance(seconds: 1)
                let failure = await #expect(throws: OperationFailure.self) { try await hosts.two.token() }
                #expect(failure?.message.contains("gave no refresh token") == true)
                #expect(server.forms.isEmpty)
            }
        }

        @Test func `a token is renewed before its end, and used to its end when that fails`() async throws {
            try await withServer { server, hosts in
                try await hosts.add()
                server.answer(.fixed(503, "busy"))
                hosts.clock.advance(seconds: 3_500)
                #expect(try await hosts.one.token() == "a1")
                #expect(server.forms.count == 1)
                #expect(try await hosts.one.token() == "a1", "not asked again at once")
                #expect(server.forms.count == 1)
                hosts.clock.advance(seconds: 10)
                server.answer(.rotating)
                #expect(try await hosts.one.token() == "a2")
                #expect(server.forms.count == 2)
                #expect(try await hosts.two.token() == "a2")
                #expect(server.forms.count == 2)
            }
        }

        @Test(arguments: [
            TokenServer.Mode.fixed(503, "busy"), .fixed(200, "<html>hello</html>"), .fixed(200, ""),
            .fixed(200, #"{"access_token":"a b"}"#), .large, .redirect,
            .fixed(429, #"{"error":"slow_down"}"#),
        ])
        func `what is no answer changes nothing, and is tried again later`(mode: TokenServer.Mode) async throws {
            try await withServer { server, hosts in
                try await hosts.add()
                server.answer(mode)
                hosts.clock.advance(seconds: 3_600)
                let failure = await #expect(throws: OperationFailure.self) { try await hosts.one.token() }
                #expect(failure?.code == .unavailable)
                #expect(failure?.isRetryable == true)
                #expect(failure?.retryAfter == 1_000)
                #expect(failure?.message.contains("s3cret") == false)
                #expect(failure?.message.contains("r1") == false)
                #expect(server.strays == 0)
                #expect(try await hosts.stored().record.state == .ready)
                server.answer(.rotating)
                hosts.clock.advance(seconds: 2)
                #expect(try await hosts.one.token() == "a2")
            }
        }

        @Test func `a client that is not accepted is nothing to repeat`() async throws {
            try await withServer { server, hosts in
                try await hosts.add()
                server.answer(.fixed(401, #"{"error":"invalid_client","error_description":"s3cret is wrong"}"#))
                hosts.clock.advance(seconds: 3_600)
                let failure = await #expect(throws: OperationFailure.self) { try await hosts.one.token() }
                #expect(failure?.code == .config)
                #expect(failure?.isRetryable == false)
                #expect(failure?.message.contains("invalid_client: ‹secret› is wrong") == true)
                #expect(try await hosts.stored().record.state == .ready)
            }
        }

        @Test func `the vendor's refusal renews a token once`() async throws {
            try await withServer { server, hosts in
                try await hosts.add(lifetime: nil)
                let grant = try #require(
                    try await hosts.one.credentials.grant(named: "acme", in: Hosts.tenant, for: Hosts.purpose))
                #expect(grant.fields == ["token": Secret("a1")])
                let renewed = try await hosts.one.credentials.renewed(grant)
                #expect(renewed?.fields == ["token": Secret("a2")])
                // Another host's call was refused with the same token: it is given the new one without asking.
                #expect(try await hosts.two.credentials.renewed(grant)?.fields == ["token": Secret("a2")])
                #expect(server.forms.count == 1)
                server.answer(.fixed(500, ""))
                let failed = try await hosts.two.credentials.renewed(try #require(renewed))
                #expect(failed == nil)
                #expect(server.forms.count == 2)
            }
        }

        @Test func `a client that acts for itself gets its tokens by itself`() async throws {
            try await withServer { server, hosts in
                try await hosts.add(
                    "robot", ["grant": "client_credentials", "scopes": "read write"], tokens: false)
                #expect(try await hosts.stored("robot").record.state == .ready)
                #expect(try await hosts.one.token("robot") == "a2")
                #expect(try await hosts.two.token("robot") == "a2")
                hosts.clock.advance(seconds: 3_600)
                #expect(try await hosts.two.token("robot") == "a3")
                #expect(server.forms == Array(repeating: "grant_type=client_credentials&scope=read%20write", count: 2))
            }
        }

        @Test func `a credential that nobody has authorised cannot be used`() async throws {
            try await withServer { server, hosts in
                try await hosts.add(tokens: false)
                #expect(try await hosts.stored().record.state == .authorise)
                let failure = await #expect(throws: OperationFailure.self) { try await hosts.one.token() }
                #expect(failure?.code == .authDenied)
                #expect(failure?.message.contains("has not been authorised yet") == true)
                #expect(server.forms.isEmpty)
                #expect(try await hosts.one.token("nobody") == nil)
            }
        }

        @Test func `many credentials share a few connections`() async throws {
            try await withServer { server, hosts in
                for number in 0..<8 { try await hosts.add("c\(number)") }
                server.answer(.steady)
                hosts.clock.advance(seconds: 3_600)
                server.hold(2)
                try await withThrowingTaskGroup(of: String?.self) { group in
                    for number in 0..<8 { group.addTask { try await hosts.one.token("c\(number)") } }
                    var arrivals = server.arrivals.makeAsyncIterator()
                    for _ in 0..<2 { _ = await arrivals.next() }
                    // Two are asked for, six wait their turn without a connection.
                    #expect(try await hosts.one.vault.list(in: Hosts.tenant).count == 8)
                    server.release()
                    for try await token in group { #expect(token?.hasPrefix("a") == true) }
                }
                #expect(server.forms.count == 8)
            }
        }
    }
}
