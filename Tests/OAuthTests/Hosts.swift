import DatabaseFixture
import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbayPostgres
import PatchbaySecurity
import PatchbayStorage
import Synchronization
import Testing

/// Everything runs against a real server; each test has a fresh, migrated database.
@Suite(.database, .timeLimit(.minutes(5)))
struct OAuthSuites {}

/// A clock that tests set.
final class SetClock: TimeSource {
    private let moment = Mutex(Timestamp(milliseconds: 1_760_000_000_000))

    var now: Timestamp { moment.withLock { $0 } }
    func advance(seconds: Int64) { moment.withLock { $0 = $0 + seconds * 1_000 } }
}

/// What one host has of its own: connections to the database, and what it knows.
struct Host {
    let pool: PostgresPool
    let vault: CredentialVault
    let audit: PostgresAuditLog
    let credentials: OAuthCredentials
    let consent: OAuthConsent

    init(_ target: PostgresTarget, _ key: SealingKey, _ exchange: any WebExchange, _ clock: SetClock) {
        pool = PostgresPool(
            target.as(.api), limits: PostgresPool.Limits(size: 4, patience: .seconds(60)), log: .quiet)
        vault = CredentialVault(
            store: PostgresCredentialStore(pool),
            keys: TenantKeys(store: PostgresDataKeyStore(pool), ring: KeyRing(key), clock: clock), clock: clock)
        audit = PostgresAuditLog(target.as(.engine), log: .quiet)
        credentials = OAuthCredentials(
            vault: vault, exchange: exchange, log: audit, clock: clock, most: 2, chance: { 1 })
        consent = OAuthConsent(
            vault: vault, store: PostgresAuthorizationStore(pool), exchange: exchange, key: key, clock: clock)
    }
}

/// Two hosts of one installation, and who may look at its database.
struct Hosts {
    static let tenant = TenantID.initial
    static let purpose = CredentialPurpose.upkeep("test")

    let one: Host
    let two: Host
    let admin: PostgresPool
    let clock: SetClock
    /// Where the hosts' tokens come from.
    let url: String

    /// A credential of a client there, by default with an access token `a1` that counts for an hour, and the refresh token
    /// `r1`.
    @discardableResult
    func add(
        _ name: String = "acme", _ more: [String: String] = [:], tokens: Bool = true, refresh: String? = "r1",
        lifetime: Int64? = 3_600
    ) async throws -> CredentialRecord {
        let fields = [
            "client_id": "client", "client_secret": "s3cret", "token_url": url + "/token",
            "authorize_url": url + "/authorize",
        ].merging(more) { $1 }
        let record = try await one.vault.add(
            name: name, kind: .oauth2, fields: fields.mapValues { Secret($0) }, in: Self.tenant)
        guard tokens else { return record }
        let grant = TokenGrant(access: Secret("a1"), refresh: refresh.map { Secret($0) }, lifetime: lifetime)
        _ = try await one.vault.change(record.id, in: Self.tenant) { held in
            var held = held
            var content = OAuthContent(sealed: held.fields)
            content.tokens = OAuthTokens(grant, at: clock.now)
            held.fields = content.members
            held.record.state = .ready
            return held
        }
        return record
    }

    /// What is stored of a credential, and its state.
    func stored(_ name: String = "acme") async throws -> (tokens: OAuthTokens?, record: CredentialRecord) {
        let grant = try #require(try await two.vault.grant(named: name, in: Self.tenant))
        return (OAuthContent(sealed: grant.fields).tokens, grant.record)
    }

    /// Outcomes of the renewals that were taken down.
    func renewals() async throws -> [String] {
        try await admin.query(
            "select outcome from audit_events where event = 'credential.refreshed' order by sequence"
        ).map { try $0.text("outcome") }
    }

    /// Returns when as many sessions of the database wait for somebody else's lock.
    func waitForWaiters(_ count: Int64) async throws {
        while true {
            let waiting = try await admin.query(
                "select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
            ).one().int("n")
            if waiting >= count { return }
            // Leaves the machine to those who are waited for, and ends with a test that is given up.
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Cuts the connections that hold something in a transaction: what happens when their host dies.
    func cutHolders() async throws {
        _ = try await admin.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' "
                + "and datname = current_database()")
    }
}

extension Host {
    func token(_ name: String = "acme") async throws -> String? {
        try await credentials.grant(named: name, in: Hosts.tenant, for: Hosts.purpose)?.fields["token"]?.reveal()
    }
}

/// Runs `body` with two hosts whose tokens come from there.
func withHosts(tokensFrom url: String, _ body: (Hosts) async throws -> Void) async throws {
    let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    try await withDatabase { target in
        try await Migrator(folder: "/\(here)/migrations", log: .quiet).migrate(target)
        let (key, clock) = (SealingKey(), SetClock())
        let exchange = try OutboundClient(policy: try EgressPolicy(parsing: "127.0.0.0/8"))
        let hosts = Hosts(
            one: Host(target, key, exchange, clock), two: Host(target, key, exchange, clock),
            admin: PostgresPool(target, limits: PostgresPool.Limits(size: 1), log: .quiet), clock: clock, url: url)
        do {
            try await body(hosts)
        } catch {
            await hosts.close()
            throw error
        }
        await hosts.close()
    }
}

extension Hosts {
    fileprivate func close() async {
        for host in [one, two] { await host.audit.close() }
        for pool in [one.pool, two.pool, admin] { await pool.close() }
    }
}
