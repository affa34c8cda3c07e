import DatabaseFixture
import PatchbayPostgres
import Testing

extension DatabaseSuites {
    @Suite struct MigratorTests {
        /// Runs `body` with a fresh database and a folder of migrations.
        private func withMigrations(
            _ files: [String: String], _ body: (TemporaryFolder, PostgresTarget) async throws -> Void
        ) async throws {
            let folder = TemporaryFolder()
            defer { folder.remove() }
            for (name, script) in files { folder.write(script, to: name) }
            try await withDatabase { try await body(folder, $0) }
        }

        private func refusal(_ folder: TemporaryFolder, _ target: PostgresTarget) async -> String {
            let error = await #expect(throws: PostgresError.self) {
                try await Migrator(folder: folder.path, log: .quiet).migrate(target)
            }
            #expect(error?.code == .migration)
            return error?.context ?? ""
        }

        private static let files = [
            "0001_first.sql": "create table a (n bigint); insert into a values (1);",
            "0002_second.sql": "alter table a add column m bigint not null default 2;",
            "README.md": "not a migration",
        ]

        @Test func `files are applied in order, once`() async throws {
            try await withMigrations(Self.files) { folder, target in
                let migrator = Migrator(folder: folder.path, log: .quiet)
                #expect(try await migrator.migrate(target) == ["0001_first", "0002_second"])
                #expect(try await migrator.migrate(target) == [])
                folder.write("insert into a values (3)", to: "0003_third.sql")
                #expect(try await migrator.migrate(target) == ["0003_third"])
                let connection = try await PostgresConnection.connect(to: target)
                let sum = try await connection.query("select sum(n + m)::bigint as sum from a").one().int("sum")
                #expect(sum == 8)
                let row = try await connection.query("select * from schema_migrations where number = 2").one()
                #expect(try row.text("name") == "0002_second")
                // sha256sum of the file.
                #expect(
                    try row.text("checksum") == "26eb3243fa9597f6e20e6759a8f7f788b6a31c73b577f31d3326fabed0d84d86")
            }
        }

        @Test func `an edited file is refused and nothing is changed`() async throws {
            try await withMigrations(Self.files) { folder, target in
                try await Migrator(folder: folder.path, log: .quiet).migrate(target)
                folder.write("create table a (n int);", to: "0001_first.sql")
                folder.write("create table b ();", to: "0003_third.sql")
                let refusal = await refusal(folder, target)
                #expect(refusal.hasPrefix("migration file 0001_first.sql was changed after it had been applied"))
                let connection = try await PostgresConnection.connect(to: target)
                let there = try await connection.query("select to_regclass('b') is null as missing").one()
                #expect(try there.bool("missing"))
            }
        }

        @Test func `a gap between the numbers is refused`() async throws {
            try await withMigrations(["0001_a.sql": "", "0003_c.sql": ""]) { folder, target in
                let refusal = await refusal(folder, target)
                #expect(refusal.hasPrefix("migration 0002 is missing: the file in its place is 0003_c.sql"))
            }
        }

        @Test func `a database that is newer than the files is refused`() async throws {
            try await withMigrations(Self.files) { folder, target in
                try await Migrator(folder: folder.path, log: .quiet).migrate(target)
                let old = TemporaryFolder()
                defer { old.remove() }
                old.write(Self.files["0001_first.sql"]!, to: "0001_first.sql")
                let refusal = await refusal(old, target)
                #expect(refusal.contains("newer than this version of Patchbay: it has migration 0002_second"))
            }
        }

        @Test func `a failing migration is rolled back and those before it stay`() async throws {
            try await withMigrations([
                "0001_a.sql": "create table a ()", "0002_b.sql": "create table b (); create table a ();",
            ]) { folder, target in
                let refusal = await refusal(folder, target)
                #expect(refusal.hasPrefix("migration 0002_b failed and was rolled back"))
                let connection = try await PostgresConnection.connect(to: target)
                let row = try await connection.query(
                    """
                    select to_regclass('a') is not null as a, to_regclass('b') is not null as b,
                        (select count(*) from schema_migrations) as count
                    """
                ).one()
                #expect(try row.bool("a"))
                #expect(try !row.bool("b"))
                #expect(try row.int("count") == 1)
            }
        }

        @Test func `a migration that commits by itself is refused`() async throws {
            try await withMigrations(["0001_a.sql": "create table a (); commit;"]) { folder, target in
                let refusal = await refusal(folder, target)
                #expect(refusal.contains("ends the transaction"))
            }
        }

        @Test(arguments: [
            (["1_a.sql"], "is no migration's name"), (["0001_a.sql", "0001_b.sql"], "have the same number"),
            (["README.md"], "there are no migrations"), (["0002_a.sql"], "migration 0001 is missing"),
        ])
        func `wrong names are refused`(names: [String], reason: String) async throws {
            try await withMigrations(Dictionary(uniqueKeysWithValues: names.map { ($0, "") })) { folder, target in
                let refusal = await refusal(folder, target)
                #expect(refusal.contains(reason))
            }
        }

        @Test func `a missing folder is named`() async throws {
            try await withDatabase { target in
                let error = await #expect(throws: PostgresError.self) {
                    try await Migrator(folder: "/nonexistent/migrations", log: .quiet).migrate(target)
                }
                #expect(error?.context.contains("/nonexistent/migrations") == true)
            }
        }

        @Test func `of many migrators at once each file is applied by one`() async throws {
            try await withMigrations(Self.files) { folder, target in
                let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                    for _ in 0..<6 {
                        group.addTask { try await Migrator(folder: folder.path, log: .quiet).migrate(target) }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(applied.sorted() == ["0001_first", "0002_second"])
            }
        }
    }
}
