package import Logging

/// Brings a database to the newest schema: applies the files of a folder in order, each in a transaction of its own,
/// and notes them with their SHA-256 in `schema_migrations`. Files are never edited once released; a change is a new
/// file. Everything is done, and owned, by the role `patchbay_owner`; the roles are made first when they are missing.
///
/// Any number of hosts may migrate at once: an advisory lock lets one of them work while the others wait.
package struct Migrator: Sendable {
    /// The advisory lock's key, "patchbay" in ASCII.
    private static let lockKey: Int64 = 0x7061_7463_6862_6179
    /// Milliseconds one migration may take, and so the others may have to wait.
    private static let patience: Int64 = 3_600_000

    private let folder: String
    private let log: Logger

    /// `folder`: where the `NNNN_name.sql` files are.
    package init(folder: String, log: Logger) {
        self.folder = folder
        self.log = log
    }

    /// Applies what is missing and answers the names of what was applied. Throws `migration` when a released file was
    /// edited, a number is missing, or the database is newer than the files; then nothing was changed.
    @discardableResult
    package func migrate(_ target: PostgresTarget) async throws -> [String] {
        let files = try MigrationFolder.read(folder)
        var patient = target
        patient.statementTimeout = Self.patience
        patient.lockTimeout = Self.patience
        let connection = try await PostgresConnection.connect(to: patient)
        // The lock belongs to the session and ends with it, whatever happens.
        _ = try await connection.query(Self.lock, [.int(Self.lockKey)])
        let roles = try await RoleSetup.plan(over: connection)
        guard !roles.isForServingOnly else {
            try await expectNothing(of: files, as: roles.login, over: connection)
            await connection.close()
            return []
        }
        try await RoleSetup.prepare(over: connection)
        // From now on everything belongs to the owner, whoever is connected.
        _ = try await connection.query("set role \(PostgresRole.owner.rawValue)")
        _ = try await connection.query(Self.createTable)
        let pending = try MigrationPlan.pending(
            files: files, checksums: try await Self.checksums(of: files, over: connection),
            applied: try await Self.applied(over: connection))
        for (migration, checksum) in pending {
            try await apply(migration, checksum, over: connection)
            log.info("migrated", metadata: ["patchbay.migration": "\(migration.name)"])
        }
        await connection.close()
        return pending.map(\.migration.name)
    }

    /// For a user who may serve and not migrate. Throws `migration` when there is something to do.
    private func expectNothing(
        of files: [Migration], as login: String, over connection: PostgresConnection
    ) async throws(PostgresError) {
        _ = try await connection.query("set role \(PostgresRole.engine.rawValue)")
        var applied: [AppliedMigration] = []
        do {
            applied = try await Self.applied(over: connection)
        } catch  where error.code == .syntax || error.code == .denied {
            // There is no such table yet.
        }
        let pending = try MigrationPlan.pending(
            files: files, checksums: try await Self.checksums(of: files, over: connection), applied: applied)
        guard let first = pending.first else { return }
        throw PostgresError(
            .migration,
            "the database lacks \(pending.count) migrations, from \(first.migration.name) on, and the database user "
                + "\(RolePlan.quoted(login)) may not migrate; run `patchbay migrate` as one that is granted "
                + PostgresRole.owner.rawValue)
    }

    private func apply(_ migration: Migration, _ checksum: String, over connection: PostgresConnection) async throws {
        do {
            try await connection.withTransaction { connection in
                try await connection.execute(
                    String(decoding: migration.script, as: UTF8.self), timeout: Self.patience)
                guard !connection.isReusable else {
                    throw PostgresError(.migration, "the file ends the transaction that it runs in")
                }
                _ = try await connection.query(
                    Self.note, [.int(Int64(migration.number)), .text(migration.name), .text(checksum)])
            }
        } catch let error as PostgresError where error.code != .cancelled {
            throw PostgresError(
                .migration, "migration \(migration.name) failed and was rolled back: \(error)",
                sqlState: error.sqlState, constraint: error.constraint, detail: error.detail)
        }
    }

    private static let lock = "select pg_advisory_lock($1)"

    private static let createTable = """
        create table if not exists schema_migrations (
            number int primary key, name text not null, checksum text not null,
            applied_at timestamptz not null default now())
        """

    private static let note = "insert into schema_migrations (number, name, checksum) values ($1, $2, $3)"

    /// The server digests the files, so that this module needs no cryptography.
    private static let digest = """
        select encode(sha256(script), 'hex') as checksum
        from unnest($1::bytea[]) with ordinality as file(script, place) order by place
        """

    private static func checksums(
        of files: [Migration], over connection: PostgresConnection
    ) async throws(PostgresError) -> [String] {
        let rows = try await connection.query(digest, [.array(.bytes, files.map { .bytes($0.script) })])
        var checksums: [String] = []
        for row in rows { checksums.append(try row.text("checksum")) }
        return checksums
    }

    private static let selectApplied = "select number, name, checksum from schema_migrations order by number"

    private static func applied(over connection: PostgresConnection) async throws(PostgresError) -> [AppliedMigration] {
        var applied: [AppliedMigration] = []
        for row in try await connection.query(selectApplied) {
            applied.append(
                AppliedMigration(
                    number: Int(try row.int("number")), name: try row.text("name"), checksum: try row.text("checksum")))
        }
        return applied
    }
}
