import DatabaseFixture
import PatchbayPostgres
import Testing

extension DatabaseSuites {
    @Suite struct TransactionTests {
        private struct Refusal: Error {}

        private func withTable(_ body: (PostgresPool) async throws -> Void) async throws {
            try await withDatabase { target in
                let pool = PostgresPool(target, limits: .init(size: 2), log: .quiet)
                _ = try await pool.query("create table t (n bigint primary key)")
                try await body(pool)
                await pool.close()
            }
        }

        private func count(_ pool: PostgresPool) async throws -> Int64 {
            try await pool.query("select count(*) as n from t").one().int("n")
        }

        @Test func `what a transaction wrote stays`() async throws {
            try await withTable { pool in
                let answer = try await pool.withTransaction { connection in
                    _ = try await connection.query("insert into t values (1)")
                    #expect(!connection.isReusable)
                    return 42
                }
                #expect(answer == 42)
                let rows = try await count(pool)
                #expect(rows == 1)
            }
        }

        @Test func `an error undoes everything and is passed on`() async throws {
            try await withTable { pool in
                await #expect(throws: Refusal.self) {
                    try await pool.withTransaction { connection in
                        _ = try await connection.query("insert into t values (1)")
                        throw Refusal()
                    }
                }
                let rows = try await count(pool)
                #expect(rows == 0)
            }
        }

        @Test func `committing after a swallowed failure is an error, not silence`() async throws {
            try await withTable { pool in
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.withTransaction { connection in
                        _ = try await connection.query("insert into t values (1)")
                        _ = try? await connection.query("select 1/0")
                    }
                }
                #expect(error?.code == .transactionAborted)
                let rows = try await count(pool)
                #expect(rows == 0)
            }
        }

        @Test func `a cancelled task's transaction is rolled back`() async throws {
            try await withTable { pool in
                let task = Task {
                    try await pool.withTransaction { connection in
                        _ = try await connection.query("insert into t values (1)")
                        withUnsafeCurrentTask { $0?.cancel() }
                    }
                }
                let error = await #expect(throws: PostgresError.self) { try await task.value }
                #expect(error?.code == .cancelled)
                let rows = try await count(pool)
                #expect(rows == 0)
            }
        }

        @Test func `a connection left inside a transaction is replaced`() async throws {
            try await withTable { pool in
                try await pool.withConnection { connection in
                    _ = try await connection.query("begin")
                    _ = try await connection.query("insert into t values (1)")
                }
                let rows = try await count(pool)
                #expect(rows == 0)
            }
        }
    }
}
