/// One numbered file of `migrations/`.
package struct Migration: Sendable, Equatable {
    /// 1 for `0001_….sql`.
    package var number: Int
    /// The file's name without `.sql`: `0001_first_line`.
    package var name: String
    package var script: [UInt8]

    package init(number: Int, name: String, script: [UInt8]) {
        self.number = number
        self.name = name
        self.script = script
    }
}

/// What `schema_migrations` says of a migration that ran.
package struct AppliedMigration: Sendable, Equatable {
    package var number: Int
    package var name: String
    /// SHA-256 of the file, in hexadecimal.
    package var checksum: String

    package init(number: Int, name: String, checksum: String) {
        self.number = number
        self.name = name
        self.checksum = checksum
    }
}
