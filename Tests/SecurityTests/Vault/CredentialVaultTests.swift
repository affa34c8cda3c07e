import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing
import VaultFixture

@Suite struct CredentialVaultTests {
    struct FixedTime: TimeSource {
        var now = Timestamp(milliseconds: 1_700_000_000_000)
    }

    let store = MemoryCredentialStore()
    let vault: CredentialVault
    let tenant = TenantID.initial
    let otherTenant = TenantID(high: 1, low: 1)

    init() { vault = Self.vault(store, KeyRing(SealingKey())) }

    private static func vault(_ store: MemoryCredentialStore, _ ring: KeyRing) -> CredentialVault {
        CredentialVault(
            store: store, keys: TenantKeys(store: store, ring: ring, clock: FixedTime()), clock: FixedTime())
    }

    @Test(
        arguments: [
            (.bearer, ["token": "xoxb-12345"]), (.basic, ["username": "jo", "password": " päss word:1 "]),
            (.apiKey, ["key": "k-1"]), (.secret, ["value": "It's a Secret to Everybody"]),
        ] as [(CredentialKind, [String: String])])
    func `a credential is opened as it was added`(kind: CredentialKind, fields: [String: String]) async throws {
        let settings: JSON = ["base_url": "https://ghe.example.com"]
        let record = try await vault.add(
            name: "team", kind: kind, connector: "slack", fields: fields.mapValues { Secret($0) },
            hosts: ["api.example.com:8443"], settings: settings, in: tenant)
        #expect(record.createdAt == FixedTime().now)
        let grant = try #require(try await vault.grant(named: "team", in: tenant))
        #expect(grant.record == record)
        #expect(grant.fields.mapValues { $0.reveal() } == fields)
        #expect(try await vault.list(in: tenant) == [record])
    }

    @Test func `the store never sees the content`() async throws {
        _ = try await vault.add(name: "a", kind: .bearer, fields: ["token": Secret("plain-token")], in: tenant)
        let content = String(decoding: try #require(store.sealed.first), as: UTF8.self)
        #expect(!content.contains("plain-token"))
    }

    @Test func `a credential is its tenant's own`() async throws {
        let record = try await vault.add(name: "a", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        #expect(try await vault.grant(named: "a", in: otherTenant) == nil)
        #expect(try await vault.list(in: otherTenant).isEmpty)
        #expect(try await vault.remove(named: "a", in: otherTenant) == false)
        #expect(try await vault.remove(record.id, in: otherTenant) == false)
        #expect(try await vault.grant(named: "a", in: tenant) != nil)
    }

    @Test func `a removed credential is gone`() async throws {
        let a = try await vault.add(name: "a", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        _ = try await vault.add(name: "b", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        #expect(try await vault.remove(a.id, in: tenant))
        #expect(try await vault.remove(named: "b", in: tenant))
        #expect(try await vault.remove(named: "b", in: tenant) == false)
        #expect(try await vault.grant(named: "a", in: tenant) == nil)
    }

    @Test func `a name is taken once`() async throws {
        _ = try await vault.add(name: "a", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        await #expect(throws: StoreConflict.nameTaken("a")) {
            try await vault.add(name: "a", kind: .secret, fields: ["value": Secret("t")], in: tenant)
        }
    }

    @Test func `content that was moved to another row does not open`() async throws {
        for name in ["a", "b"] {
            _ = try await vault.add(name: name, kind: .bearer, fields: ["token": Secret(name)], in: tenant)
        }
        store.copyContent(from: "a", to: "b")
        let error = await #expect(throws: SecurityError.self) { try await vault.grant(named: "b", in: tenant) }
        #expect(error?.code == .damaged)
    }

    @Test func `another key cannot open it`() async throws {
        _ = try await vault.add(name: "a", kind: .bearer, fields: ["token": Secret("t")], in: tenant)
        let other = Self.vault(store, KeyRing(SealingKey()))
        let error = await #expect(throws: SecurityError.self) { try await other.grant(named: "a", in: tenant) }
        #expect(error?.code == .wrongKey)
    }

    @Test func `every problem is told at once, without a value`() async throws {
        let error = try await problems(
            name: "Team Slack", kind: .basic, connector: "Slack!",
            fields: ["username": "a:b", "token": "s3cret-token", "x/y~z": "1"],
            hosts: ["ok.example.com", "https://x/", "*"], settings: ["a"])
        #expect(
            error.problems.map { "\($0.code) \($0.pointer)" } == [
                "invalid-name /name", "invalid-connector /connector", "missing-field /fields/password",
                "unknown-field /fields/token", "invalid-field /fields/username", "unknown-field /fields/x~1y~0z",
                "invalid-host /hosts/1", "invalid-host /hosts/2", "wrong-type /settings",
            ])
        #expect(!error.description.contains("s3cret-token"))
        #expect(try await vault.list(in: tenant).isEmpty)
    }

    @Test(arguments: [
        ("", "“token” is empty."), ("abc\n", "“token” holds a control character."),
        ("a b", "“token” holds a space or a character that is not ASCII."),
        ("tökén", "“token” holds a space or a character that is not ASCII."),
        (String(repeating: "a", count: 16_385), "“token” has 16385 bytes; 16384 is the limit."),
    ])
    func `a field that cannot be sent is refused`(value: String, message: String) async throws {
        let error = try await problems(name: "a", kind: .bearer, fields: ["token": value])
        #expect(error.problems.map(\.message) == [message])
    }

    @Test(arguments: ["", "A", "a b", "ä", "a/b", String(repeating: "a", count: 65)])
    func `a name that is none is refused`(name: String) async throws {
        let error = try await problems(name: name, kind: .bearer, fields: ["token": "t"])
        #expect(error.problems.map(\.pointer) == ["/name"])
    }

    @Test func `secrets may have names in upper case`() async throws {
        let record = try await vault.add(
            name: "GITHUB_WEBHOOK_SECRET", kind: .secret, fields: ["value": Secret("x")], in: tenant)
        #expect(record.settings == .object([:]))
    }

    @Test(arguments: [
        "a.example.com", "*.example.com", "a.example.com:1", "10.0.0.1:8080", "[::1]:80", "localhost:65535",
    ])
    func `hosts are accepted`(host: String) async throws {
        let record = try await vault.add(
            name: "a", kind: .bearer, fields: ["token": Secret("t")], hosts: [host], in: tenant)
        #expect(record.hosts == [host])
    }

    @Test(arguments: [
        "", "*", "*:80", "a..b", "a:", "a:0", "a:65536", "a:80:90", "a/b", "a@b", "::1", "[x]", "[::1]x", "*.", "ü.de",
    ])
    func `what is no host is refused`(host: String) async throws {
        let error = try await problems(name: "a", kind: .bearer, fields: ["token": "t"], hosts: [host])
        #expect(error.problems.map(\.pointer) == ["/hosts/0"])
    }

    @Test func `too much is refused`() async throws {
        let error = try await problems(
            name: "a", kind: .bearer, fields: ["token": "t"], hosts: Array(repeating: "a.b", count: 65),
            settings: ["a": .string(String(repeating: "x", count: 70_000))])
        #expect(error.problems.map(\.code) == ["too-many-hosts", "too-large"])
    }

    /// What is wrong with a credential that must not be accepted.
    private func problems(
        name: String, kind: CredentialKind, connector: String? = nil, fields: [String: String], hosts: [String] = [],
        settings: JSON = .null
    ) async throws -> CredentialProblems {
        let error = await #expect(throws: CredentialProblems.self) {
            try await vault.add(
                name: name, kind: kind, connector: connector, fields: fields.mapValues { Secret($0) }, hosts: hosts,
                settings: settings, in: tenant)
        }
        return try #require(error)
    }
}
