import Glibc

/// Reads the migrations of a folder.
enum MigrationFolder {
    /// More than any migration needs; a larger file is refused rather than read.
    private static let largestScript = 16 << 20

    /// All files `NNNN_name.sql`, by number. Other names that end in `.sql` are refused, anything else is passed over.
    static func read(_ path: String) throws(PostgresError) -> [Migration] {
        guard access(path, R_OK | X_OK) == 0 else {
            throw PostgresError(.migration, "the migrations cannot be read: \(path): \(lastError())")
        }
        var migrations: [Migration] = []
        for name in File.names(in: path) {
            guard name.hasSuffix(".sql"), !name.hasPrefix(".") else { continue }
            let stem = String(name.dropLast(4))
            guard let number = number(of: stem) else {
                throw PostgresError(
                    .migration,
                    "\(path)/\(name) is no migration's name; they are called NNNN_name.sql, such as 0002_add_x.sql")
            }
            if let twin = migrations.first(where: { $0.number == number }) {
                throw PostgresError(.migration, "\(twin.name).sql and \(name) in \(path) have the same number")
            }
            guard let script = File.read("\(path)/\(name)", limit: largestScript) else {
                throw PostgresError(
                    .migration, "\(path)/\(name) cannot be read, or is larger than \(largestScript >> 20) MiB")
            }
            migrations.append(Migration(number: number, name: stem, script: script))
        }
        guard !migrations.isEmpty else { throw PostgresError(.migration, "there are no migrations in \(path)") }
        return migrations.sorted { $0.number < $1.number }
    }

    private static func number(of stem: String) -> Int? {
        let parts = stem.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[0].utf8.allSatisfy({ (48...57).contains($0) }),
            !parts[1].isEmpty
        else { return nil }
        return Int(parts[0])
    }
}
