package import Logging
package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// What is installed for all hosts, in PostgreSQL.
package struct PostgresConnectorStore: ConnectorPackageStore {
    /// What changes of the catalogue are told on.
    static let channel = "patchbay_connectors"

    let pool: PostgresPool
    private let log: Logger

    package init(_ pool: PostgresPool, log: Logger) {
        self.pool = pool
        self.log = log
    }

    package func installations() async throws -> [ConnectorInstallation] {
        try await pool.rows(Self.list, []).map(Self.installation)
    }

    private static let list = """
        select \(columns) from connector_versions where state <> 'removed' order by connector, version
        """

    package func package(_ digest: String) async throws -> [UInt8]? {
        try await pool.rows(Self.selectPackage, [.words(digest)]).first?.bytes("content")
    }

    private static let selectPackage = "select content from connector_packages where digest = decode($1, 'hex')"

    package func install(
        _ installation: ConnectorInstallation, package: [UInt8]
    ) async throws -> ConnectorInstalling {
        try await pool.transaction { connection in
            let place: [PostgresValue] = [
                .words(installation.connector), .words(installation.version.description),
            ]
            // Two who install the same version come one after the other, also the first time.
            let found = try await connection.pipeline([
                PostgresStatement(Self.lock, [.words(installation.pin.description)]),
                PostgresStatement(Self.select, place),
            ])[1]
            if let there = try found.first.map(Self.installation), there.state != .removed {
                return there.digest == installation.digest ? .unchanged(there) : .taken(there)
            }
            try await Self.requireOffered(installation.pin, over: connection)
            _ = try await connection.pipeline([
                PostgresStatement(
                    Self.insertPackage,
                    [.words(installation.digest), .bytes(package), .moment(installation.installedAt)]),
                PostgresStatement(
                    Self.insertVersion,
                    place + [
                        .words(installation.digest), .number(installation.size), .words(installation.librarySHA256),
                        .word(installation.state), .bool(installation.mayConnect), .moment(installation.installedAt),
                        .words(installation.installedBy),
                    ]),
                Self.tell,
            ])
            return .installed(installation)
        }
    }

    /// Whatever was recalled is not installed anew, nor given to those who do not name it. A recall at the same moment waits, and
    /// disables what was stored.
    private static func requireOffered(_ pin: ConnectorPin, over connection: PostgresConnection) async throws {
        let row = try await connection.query(selectRecall, PostgresPackageSubmissionStore.place(of: pin)).first
        if let recall = try row.flatMap(PackageRows.recall) { throw recall.refusal(of: pin) }
    }

    private static let selectRecall = """
        select recall, recall_reason, recalled_by, recalled_at from connector_submissions
        where connector = $1 and version = $2 for share
        """

    private static let lock = "select pg_advisory_xact_lock(hashtextextended($1, 7))"

    private static let select = "select \(columns) from connector_versions where connector = $1 and version = $2"

    private static let insertPackage = """
        insert into connector_packages (digest, content, created_at) values (decode($1, 'hex'), $2, $3)
        on conflict (digest) do nothing
        """

    private static let insertVersion = """
        insert into connector_versions (connector, version, digest, size, library_sha256, state, may_connect, installed_at,
            installed_by, changed_at, changed_by)
        values ($1, $2, decode($3, 'hex'), $4, $5, $6, $7, $8, $9, $8, $9)
        on conflict (connector, version) do update
        set digest = excluded.digest, size = excluded.size, library_sha256 = excluded.library_sha256,
            state = excluded.state, may_connect = excluded.may_connect, installed_at = excluded.installed_at,
            installed_by = excluded.installed_by, changed_at = excluded.changed_at, changed_by = excluded.changed_by
        """

    package func set(
        _ state: ConnectorInstallation.State, of pin: ConnectorPin, by: String, at: Timestamp
    ) async throws -> ConnectorInstallation? {
        precondition(state != .removed, "what is removed loses its package too")
        return try await pool.transaction { connection in
            if state == .enabled { try await Self.requireOffered(pin, over: connection) }
            return try await connection.pipeline([
                PostgresStatement(
                    Self.setState,
                    [.words(pin.connector), .words(pin.version.description), .word(state), .moment(at), .words(by)]),
                Self.tell,
            ])[0].first.map(Self.installation)
        }
    }

    private static let setState = """
        update connector_versions set state = $3, changed_at = $4, changed_by = $5
        where connector = $1 and version = $2 and state <> 'removed'
        returning \(columns)
        """

    package func hear(_ changed: @escaping @Sendable () -> Void) async {
        await PostgresListener(pool.target, channel: Self.channel, log: log).run { _ in changed() }
    }

    static let tell = PostgresStatement("select pg_notify('\(channel)', '')")

    static let columns = """
        connector, version, encode(digest, 'hex') as digest, size::bigint as size, library_sha256, state, may_connect,
            installed_at, installed_by, changed_at, changed_by
        """

    static func installation(_ row: PostgresRow) throws -> ConnectorInstallation {
        try ConnectorInstallation(
            connector: row.text("connector"), version: version(row.text("version")), digest: row.text("digest"),
            size: row.number("size"), librarySHA256: row.text("library_sha256"), state: row.word("state"),
            mayConnect: row.bool("may_connect"), installedAt: row.moment("installed_at"),
            installedBy: row.text("installed_by"), changedAt: row.moment("changed_at"),
            changedBy: row.text("changed_by"))
    }

    private static func version(_ text: String) throws -> Version {
        guard let version = Version(text) else { throw StorageError(description: "column version holds no version") }
        return version
    }
}
