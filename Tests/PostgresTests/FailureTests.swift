import DatabaseFixture
import PatchbayPostgres
import Testing

extension DatabaseSuites {
    @Suite struct FailureTests {
        static let schema = """
            create table a (id bigint primary key, name text not null, kind text check (kind in ('x')));
            create table b (a_id bigint references a);
            insert into a values (1, 'one', 'x')
            """

        @Test(arguments: [
            ("insert into a values (1, 'secret-value', 'x')", PostgresError.Code.uniqueViolation, "23505"),
            ("insert into a values (2, null, 'x')", .notNullViolation, "23502"),
            ("insert into a values (2, 'b', 'y')", .checkViolation, "23514"),
            ("insert into b values (7)", .foreignKeyViolation, "23503"),
            ("select 1 +", .syntax, "42601"),
            ("select * from nowhere", .syntax, "42P01"),
            ("select 1/0", .invalidValue, "22012"),
        ])
        func `each refusal of the server has its code`(sql: String, code: PostgresError.Code, state: String)
            async throws
        {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                try await connection.execute(Self.schema)
                let error = await #expect(throws: PostgresError.self) { try await connection.query(sql) }
                #expect(error?.code == code)
                #expect(error?.sqlState == state)
                #expect(connection.isReusable)
            }
        }

        @Test func `the public text holds no values, the debug text all`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                try await connection.execute("create table t (name text constraint t_name_key unique)")
                _ = try await connection.query("insert into t values ($1)", [.text("hunter2")])
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.query("insert into t values ($1)", [.text("hunter2")])
                }
                #expect(error?.constraint == "t_name_key")
                #expect("\(error!)" == "unique-violation (23505): there is such a row already on table t")
                #expect(String(reflecting: error!).contains("hunter2"))
                #expect(String(reflecting: error!).contains("insert into t values ($1)"))
            }
        }

        @Test func `a text with U+0000 is refused, and the connection goes on`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.query("select $1::text as t", [.text("a\0b")])
                }
                #expect(error?.code == .invalidValue)
                #expect(try await connection.query("select 1 as n").one().int("n") == 1)
            }
        }

        @Test func `a statement that takes too long is stopped by the server`() async throws {
            try await withDatabase { target in
                var hasty = target
                hasty.statementTimeout = 50
                let connection = try await PostgresConnection.connect(to: hasty)
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.query("select pg_sleep(60)")
                }
                #expect(error?.code == .timeout)
                #expect(connection.isReusable)
            }
        }

        @Test func `cancelling the task stops its statement and keeps the connection`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                let watcher = try await PostgresConnection.connect(to: target)
                let sleeper = Task { try await connection.query("select pg_sleep(60)") }
                // Until the server says that it sleeps.
                while try await watcher.query(
                    "select 1 as n from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
                ).isEmpty {}
                sleeper.cancel()
                let error = await #expect(throws: PostgresError.self) { try await sleeper.value }
                #expect(error?.code == .cancelled)
                #expect(try await connection.query("select 2 as n").one().int("n") == 2)
            }
        }

        @Test func `a cancelled task does not begin a statement`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await connection.query("select 1 as n")
                }
                let error = await #expect(throws: PostgresError.self) { try await task.value }
                #expect(error?.code == .cancelled)
                #expect(connection.isReusable)
            }
        }

        @Test func `nobody behind the address is unreachable, without the address in public`() async throws {
            let error = await #expect(throws: PostgresError.self) {
                try await PostgresConnection.connect(
                    to: PostgresTarget(url: "postgres://me:hunter2@127.0.0.1:1/none?connect_timeout=2"))
            }
            #expect(error?.code == .unreachable)
            #expect("\(error!)" == "unreachable: the database cannot be reached")
            #expect(!String(reflecting: error!).contains("hunter2"))
            #expect("\(PostgresTarget(url: "postgres://me:hunter2@h/d"))" == "a PostgreSQL database")
        }

        @Test func `a closed connection says so`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                await connection.close()
                let error = await #expect(throws: PostgresError.self) { try await connection.query("select 1") }
                #expect(error?.code == .closed)
                #expect(await connection.isAlive() == false)
            }
        }

        @Test func `COPY is refused instead of waiting for ever`() async throws {
            try await withDatabase { target in
                let connection = try await PostgresConnection.connect(to: target)
                await #expect(throws: PostgresError.self) { try await connection.execute("copy pg_class to stdout") }
                #expect(!connection.isReusable)
            }
        }
    }
}
