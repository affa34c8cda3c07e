import DatabaseFixture
import PatchbayPostgres
import Testing

extension DatabaseSuites {
    @Suite struct RoleTests {
        private static let files = [
            "0001_first.sql": "create table a (n bigint); grant select on a, schema_migrations to patchbay_engine;"
        ]

        private func withFolder(
            _ files: [String: String] = files, _ body: (TemporaryFolder, PostgresTarget) async throws -> Void
        ) async throws {
            let folder = TemporaryFolder()
            defer { folder.remove() }
            for (name, script) in files { folder.write(script, to: name) }
            try await withDatabase { try await body(folder, $0) }
        }

        /// A user of this test alone, and the database as seen by it.
        private func user(
            _ rights: String, isOwner: Bool, of target: PostgresTarget
        ) async throws -> (name: String, target: PostgresTarget) {
            let socket = try #require(target.socket)
            let name = "user_" + socket.database
            let connection = try await PostgresConnection.connect(to: target)
            _ = try await connection.query("create role \(name) login \(rights)")
            if isOwner { _ = try await connection.query("alter database \(socket.database) owner to \(name)") }
            await connection.close()
            return (
                name,
                PostgresTarget(
                    socketFolder: socket.folder, user: name, database: socket.database, port: Int(socket.port) ?? 5432)
            )
        }

        private func text(_ sql: String, _ target: PostgresTarget) async throws -> String {
            let connection = try await PostgresConnection.connect(to: target)
            let text = try await connection.query(sql).one().text("text")
            await connection.close()
            return text
        }

        @Test func `a connection takes on its role, and a user who is connected otherwise does not`() async throws {
            try await withFolder { folder, target in
                try await Migrator(folder: folder.path, log: .quiet).migrate(target)
                for role in PostgresRole.allCases {
                    #expect(try await text("select current_user::text as text", target.as(role)) == role.rawValue)
                }
                #expect(try await text("select current_user::text as text", target) == "patchbay")
                #expect(
                    try await text("select tableowner::text as text from pg_tables where tablename = 'a'", target)
                        == "patchbay_owner")
            }
        }

        @Test func `whoever owns the database and may make roles is all that is needed`() async throws {
            try await withFolder { folder, target in
                let user = try await user("createrole", isOwner: true, of: target)
                let migrator = Migrator(folder: folder.path, log: .quiet)
                // On this server others have made the roles, of which this user then may not have any.
                do {
                    _ = try await migrator.migrate(user.target)
                } catch let error as PostgresError {
                    #expect(error.code == .migration)
                    try await grant(PostgresRole.allCases, to: user.name, target)
                    _ = try await migrator.migrate(user.target)
                }
                #expect(try await text("select current_user::text as text", user.target.as(.api)) == "patchbay_api")
                #expect(try await migrator.migrate(user.target) == [])
            }
        }

        private func grant(_ roles: [PostgresRole], to user: String, _ target: PostgresTarget) async throws {
            let connection = try await PostgresConnection.connect(to: target)
            for role in roles { _ = try await connection.query("grant \(role.rawValue) to \(user)") }
            await connection.close()
        }

        @Test func `a user without rights is told what a superuser is to execute`() async throws {
            try await withFolder { folder, target in
                try await Migrator(folder: folder.path, log: .quiet).migrate(target)
                let user = try await user("", isOwner: false, of: target)
                let error = await #expect(throws: PostgresError.self) {
                    try await Migrator(folder: folder.path, log: .quiet).migrate(user.target)
                }
                #expect(error?.code == .migration)
                let context = try #require(error?.context)
                #expect(context.contains("\"\(user.name)\" may not prepare the roles"))
                #expect(context.hasSuffix("grant patchbay_identity to \"\(user.name)\";"))
                // Exactly these are enough.
                let connection = try await PostgresConnection.connect(to: target)
                let start = try #require(context.firstRange(of: "start again: ")?.upperBound)
                try await connection.execute(String(context[start...]))
                await connection.close()
                #expect(try await Migrator(folder: folder.path, log: .quiet).migrate(user.target) == [])
            }
        }

        @Test func `a user who may serve and not migrate serves a schema that is up to date, and no other`()
            async throws
        {
            try await withFolder { folder, target in
                let migrator = Migrator(folder: folder.path, log: .quiet)
                try await migrator.migrate(target)
                let user = try await user("", isOwner: false, of: target)
                try await grant([.api, .engine, .identity], to: user.name, target)
                #expect(try await migrator.migrate(user.target) == [])
                folder.write("create table b ()", to: "0002_second.sql")
                let error = await #expect(throws: PostgresError.self) { try await migrator.migrate(user.target) }
                #expect(error?.context.contains("from 0002_second on") == true)
                #expect(error?.context.contains("patchbay_owner") == true)
                let refused = await #expect(throws: PostgresError.self) {
                    try await PostgresConnection.connect(to: user.target.as(.owner))
                }
                #expect(refused?.context.contains("may not take on the role patchbay_owner") == true)
            }
        }

        @Test func `what was made before there were roles goes to the owner`() async throws {
            try await withFolder { folder, target in
                let connection = try await PostgresConnection.connect(to: target)
                try await connection.execute(
                    """
                    create table schema_migrations (
                        number int primary key, name text not null, checksum text not null,
                        applied_at timestamptz not null default now());
                    create table parted (n int) partition by range (n);
                    create table part partition of parted for values from (1) to (2);
                    create table counted (n bigint generated always as identity);
                    create function one() returns int language sql as 'select 1';
                    """)
                try await Migrator(folder: folder.path, log: .quiet).migrate(target)
                let others = try await connection.query(
                    """
                    select relname::text from pg_class where relnamespace = 'public'::regnamespace
                        and relkind in ('r', 'p', 'S') and relowner <> 'patchbay_owner'::regrole
                    union all
                    select proname from pg_proc where pronamespace = 'public'::regnamespace
                        and proowner <> 'patchbay_owner'::regrole
                    """)
                #expect(others.isEmpty)
                await connection.close()
            }
        }

        /// The roles are the server's; each database is migrated by itself.
        @Test func `many databases of a server are migrated at once`() async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await withFolder { folder, target in
                            try await Migrator(folder: folder.path, log: .quiet).migrate(target)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }

        @Test func `statements under a setting are one transaction, and the setting ends with it`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                let settings = [PostgresStatement("set local patchbay.tenant = 'a'")]
                let read = PostgresStatement("select current_setting('patchbay.tenant', true) as text")
                let rows = try await connection.transact(under: settings, [read, read])
                #expect(rows.count == 2)
                #expect(try rows.map { try $0.one().text("text") } == ["a", "a"])
                #expect(try await connection.query(read.sql).one().text("text") == "")
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.transact(under: settings, [PostgresStatement("select 1 / 0"), read])
                }
                #expect(error?.code != .transactionAborted)
                #expect(connection.isReusable)
                let inside = try await connection.withTransaction(under: settings) {
                    try await $0.query(read.sql).one().text("text")
                }
                #expect(inside == "a")
                #expect(connection.isReusable)
                await connection.close()
            }
        }
    }
}
