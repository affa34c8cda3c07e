import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing
import VaultFixture

/// What becomes of tokens when somebody changes the credential that they belong to.
struct OAuthChangeTests {
    private struct FixedTime: TimeSource {
        var now = Timestamp(milliseconds: 1_700_000_000_000)
    }

    private let vault: CredentialVault
    private let tenant = TenantID.initial

    init() {
        let store = MemoryCredentialStore()
        vault = CredentialVault(
            store: store, keys: TenantKeys(store: store, ring: KeyRing(SealingKey()), clock: FixedTime()),
            clock: FixedTime())
    }

    private static let fields = [
        "client_id": "client", "client_secret": "s3cret", "token_url": "https://acme.example/token",
        "authorize_url": "https://acme.example/authorize", "scopes": "read",
    ]

    /// One that somebody has authorised.
    private func add() async throws -> CredentialRecord {
        let record = try await vault.add(
            name: "acme", kind: .oauth2, connector: "acme", fields: Self.fields.mapValues { Secret($0) }, in: tenant)
        #expect(record.state == .authorise)
        let changed = try await vault.change(record.id, in: tenant) { held in
            var held = held
            var content = OAuthContent(sealed: held.fields)
            content.tokens = OAuthTokens(
                TokenGrant(access: Secret("a1"), refresh: Secret("r1"), lifetime: 3_600), at: FixedTime().now)
            held.fields = content.members
            held.record.state = .ready
            return held
        }
        return try #require(changed?.record)
    }

    private func tokens() async throws -> OAuthTokens? {
        try await vault.grant(named: "acme", in: tenant).flatMap { OAuthContent(sealed: $0.fields).tokens }
    }

    private static let harmless: [CredentialChange] = [
        CredentialChange(sharedWith: .some(["editor"])), CredentialChange(fields: ["client_secret": Secret("another")]),
        CredentialChange(fields: ["client_id": Secret("client"), "scopes": Secret("read")]),
        CredentialChange(fields: ["client_authentication": Secret("body")]),
    ]

    @Test(arguments: harmless) func `they stay where the client stays`(change: CredentialChange) async throws {
        let record = try await add()
        let changed = try #require(try await vault.update(record.id, in: tenant, change))
        #expect(changed.state == .ready)
        #expect(try await tokens()?.access == Secret("a1"))
        #expect(try await tokens()?.refresh == Secret("r1"))
    }

    private static let others: [[String: String]] = [
        ["client_id": "other"], ["scopes": "read write"], ["revoke_url": "https://acme.example/revoke"],
        ["token_url": "https://evil.example/token"], ["authorize_url": "https://evil.example/authorize"],
    ]

    @Test(arguments: others) func `another client, or another server, has none`(fields: [String: String]) async throws {
        let record = try await add()
        var fields = fields.mapValues { Secret($0) }
        // Who sends the client's secret elsewhere must know it.
        fields["client_secret"] = Secret("s3cret")
        let changed = try #require(
            try await vault.update(record.id, in: tenant, CredentialChange(fields: fields)))
        #expect(changed.state == .authorise)
        #expect(try await tokens() == nil)
        let grant = try #require(try await vault.grant(named: "acme", in: tenant))
        #expect(grant.fields.keys.allSatisfy { !$0.hasPrefix("$") }, "nothing of them is left")
        #expect(grant.fields["client_secret"] == Secret("s3cret"))
    }

    @Test func `a client that acts for itself needs nobody after a change either`() async throws {
        let record = try await add()
        let changed = try await vault.update(
            record.id, in: tenant, CredentialChange(fields: ["grant": Secret("client_credentials")]))
        #expect(changed?.state == .ready)
        #expect(try await tokens() == nil)
    }

    @Test(arguments: ["$access_token", "$refresh_token", "$obtained_at", "$scope", "$"])
    func `what the host keeps beside the fields cannot be given from outside`(name: String) async throws {
        let record = try await add()
        let given = [name: Secret("0")]
        let changing = await #expect(throws: CredentialProblems.self) {
            try await vault.update(record.id, in: tenant, CredentialChange(fields: given))
        }
        #expect(changing?.problems.map(\.code) == ["unknown-field"])
        let adding = await #expect(throws: CredentialProblems.self) {
            try await vault.add(
                name: "b", kind: .oauth2, fields: Self.fields.mapValues { Secret($0) }.merging(given) { $1 }, in: tenant
            )
        }
        #expect(adding?.problems.map(\.code) == ["unknown-field"])
        #expect(try await tokens()?.access == Secret("a1"))
    }
}
