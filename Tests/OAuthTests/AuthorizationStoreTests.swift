import PatchbayCore
import PatchbayPostgres
import PatchbaySecurity
import PatchbayStorage
import Testing

extension OAuthSuites {
    /// What is kept of those who were sent away, in the database.
    @Suite struct AuthorizationStoreTests {
        private let stranger = TenantID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0002)

        private func pending(
            _ digest: [UInt8], _ hosts: Hosts, bearer: PendingAuthorization.Bearer = .anybody, path: String? = nil
        ) -> PendingAuthorization {
            PendingAuthorization(
                tenant: Hosts.tenant, credential: CredentialID(high: 1, low: 2), digest: digest, verifier: [1, 2, 3],
                redirect: "https://h.example/cb", returnPath: path, bearer: bearer,
                expiresAt: hosts.clock.now + OAuthConsent.patience)
        }

        @Test func `what was begun on one host is taken on another, once`() async throws {
            try await withHosts(tokensFrom: "http://127.0.0.1:1") { hosts in
                let (one, two) = (
                    PostgresAuthorizationStore(hosts.one.pool), PostgresAuthorizationStore(hosts.two.pool)
                )
                let bearers: [PendingAuthorization.Bearer] = [
                    .anybody, .session(SessionID(high: 3, low: 4)), .account(AccountID(high: 5, low: 6)),
                ]
                for (number, bearer) in bearers.enumerated() {
                    let kept = pending([UInt8(number)], hosts, bearer: bearer, path: number == 0 ? nil : "/x")
                    try await one.begin(kept, at: hosts.clock.now)
                    #expect(try await two.take(kept.digest, in: stranger, at: hosts.clock.now) == nil)
                    #expect(try await two.take(kept.digest, in: Hosts.tenant, at: hosts.clock.now) == kept)
                    #expect(try await one.take(kept.digest, in: Hosts.tenant, at: hosts.clock.now) == nil)
                }
            }
        }

        @Test func `ten minutes, and no more than fifty of a credential`() async throws {
            try await withHosts(tokensFrom: "http://127.0.0.1:1") { hosts in
                let store = PostgresAuthorizationStore(hosts.one.pool)
                try await store.begin(pending([0], hosts), at: hosts.clock.now)
                hosts.clock.advance(seconds: 600)
                #expect(try await store.take([0], in: Hosts.tenant, at: hosts.clock.now) == nil)
                for number in 0..<60 {
                    hosts.clock.advance(seconds: 1)
                    try await store.begin(pending([1, UInt8(number)], hosts), at: hosts.clock.now)
                }
                let count = try await hosts.admin.query("select count(*) as n from oauth_authorizations").one().int("n")
                #expect(count == 50)
                #expect(try await store.take([1, 9], in: Hosts.tenant, at: hosts.clock.now) == nil)
                #expect(try await store.take([1, 10], in: Hosts.tenant, at: hosts.clock.now) != nil)
            }
        }
    }
}
