/// Decides which migrations are to run.
enum MigrationPlan {
    /// The files that were not applied yet, in order. Throws `migration` when files and database contradict each other.
    ///
    /// `checksums` are those of `files`, in the same order.
    static func pending(
        files: [Migration], checksums: [String], applied: [AppliedMigration]
    ) throws(PostgresError) -> [(migration: Migration, checksum: String)] {
        for (index, file) in files.enumerated() where file.number != index + 1 {
            throw PostgresError(
                .migration,
                "migration \(padded(index + 1)) is missing: the file in its place is \(file.name).sql; "
                    + "numbers begin at 0001 and have no gaps")
        }
        for (index, row) in applied.enumerated() {
            guard row.number == index + 1 else {
                throw PostgresError(
                    .migration,
                    "the database lacks migration \(padded(index + 1)) but has \(row.name); restore a backup")
            }
            guard index < files.count else {
                throw PostgresError(
                    .migration,
                    "the database is newer than this version of Patchbay: it has migration \(row.name), "
                        + "the newest file here is \(files.last?.name ?? "none"); start the version that wrote it, or a later one"
                )
            }
            guard row.checksum == checksums[index] else {
                throw PostgresError(
                    .migration,
                    "migration file \(files[index].name).sql was changed after it had been applied as \(row.name) "
                        + "(SHA-256 then \(row.checksum.prefix(12))…, now \(checksums[index].prefix(12))…); "
                        + "restore the file and put the change into a new migration")
            }
        }
        return Array(zip(files, checksums).dropFirst(applied.count).map { (migration: $0, checksum: $1) })
    }

    static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
