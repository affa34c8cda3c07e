import DatabaseFixture
import PatchbayPostgres
import Testing

extension DatabaseSuites {
    @Suite struct PoolTests {
        private func backend(_ connection: PostgresConnection) async throws -> Int64 {
            try await connection.query("select pg_backend_pid() as pid").one().int("pid")
        }

        @Test func `a connection is used again`() async throws {
            try await withDatabase { target in
                let pool = PostgresPool(target, log: .quiet)
                let first = try await pool.withConnection(backend)
                let second = try await pool.withConnection(backend)
                #expect(first == second)
                await pool.close()
            }
        }

        @Test func `more callers than connections all get their turn`() async throws {
            try await withDatabase { target in
                let pool = PostgresPool(target, limits: .init(size: 3, patience: .seconds(60)), log: .quiet)
                let backends = try await withThrowingTaskGroup(of: Int64.self) { group in
                    for _ in 0..<40 { group.addTask { try await pool.withConnection(backend) } }
                    return try await group.reduce(into: Set()) { $0.insert($1) }
                }
                #expect((1...3).contains(backends.count))
                await pool.close()
            }
        }

        @Test func `an exhausted pool says how large it is and how long one waited`() async throws {
            try await withDatabase { target in
                let pool = PostgresPool(target, limits: .init(size: 1, patience: .milliseconds(20)), log: .quiet)
                try await pool.withConnection { _ in
                    let error = await #expect(throws: PostgresError.self) { try await pool.query("select 1") }
                    #expect(error?.code == .poolExhausted)
                    #expect(
                        error?.context.hasPrefix("all 1 connections of the database pool were in use for the ") == true)
                }
                _ = try await pool.query("select 1")
                await pool.close()
            }
        }

        @Test func `all who wait for too long are told, also those who come after the first were`() async throws {
            try await withDatabase { target in
                let pool = PostgresPool(target, limits: .init(size: 1, patience: .milliseconds(30)), log: .quiet)
                try await pool.withConnection { _ in
                    for _ in 0..<3 {
                        let codes = await withTaskGroup(of: PostgresError.Code?.self) { group in
                            for _ in 0..<20 {
                                group.addTask {
                                    do { _ = try await pool.query("select 1") } catch {
                                        return (error as? PostgresError)?.code
                                    }
                                    return nil
                                }
                            }
                            return await group.reduce(into: []) { $0.append($1) }
                        }
                        #expect(codes == Array(repeating: .poolExhausted, count: 20))
                    }
                }
                _ = try await pool.query("select 1")
                await pool.close()
            }
        }

        @Test func `a waiting caller can be cancelled`() async throws {
            try await withDatabase { target in
                let pool = PostgresPool(target, limits: .init(size: 1, patience: .seconds(60)), log: .quiet)
                try await pool.withConnection { _ in
                    let waiter = Task { try await pool.query("select 1") }
                    waiter.cancel()
                    let error = await #expect(throws: PostgresError.self) { try await waiter.value }
                    #expect(error?.code == .cancelled)
                }
                await pool.close()
            }
        }

        @Test func `an idle connection that the server ended is replaced unseen`() async throws {
            try await withDatabase { target in
                let pool = PostgresPool(target, limits: .init(size: 1), log: .quiet)
                let first = try await pool.withConnection(backend)
                let killer = try await PostgresConnection.connect(to: target)
                _ = try await killer.query("select pg_terminate_backend($1::int, 5000)", [.int(first)])
                #expect(try await pool.withConnection(backend) != first)
                await pool.close()
            }
        }

        @Test func `a connection that ends during a statement fails that one and is replaced`() async throws {
            try await withDatabase { target in
                let pool = PostgresPool(target, limits: .init(size: 1), log: .quiet)
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.query("select pg_terminate_backend(pg_backend_pid())")
                }
                #expect(error?.code == .connectionLost)
                _ = try await pool.query("select 1")
                await pool.close()
            }
        }

        @Test func `a failed opening frees its place`() async throws {
            let pool = PostgresPool(
                PostgresTarget(socketFolder: "/nonexistent", user: "x", database: "x"),
                limits: .init(size: 1, patience: .seconds(60)), log: .quiet)
            for _ in 0..<3 {
                let error = await #expect(throws: PostgresError.self) { try await pool.query("select 1") }
                #expect(error?.code == .unreachable)
            }
            await pool.close()
        }

        @Test func `closing waits for what is lent and refuses what comes later`() async throws {
            try await withDatabase { target in
                let pool = PostgresPool(target, log: .quiet)
                let closing = try await pool.withConnection { connection in
                    let closing = Task { await pool.close() }
                    // Until the pool refuses, which it does only when it is closing.
                    while (try? await pool.query("select 1")) != nil {}
                    let answer = try await connection.query("select 3 as n").one().int("n")
                    #expect(answer == 3)
                    return closing
                }
                await closing.value
                await pool.close()
                let error = await #expect(throws: PostgresError.self) { try await pool.query("select 1") }
                #expect(error?.code == .closed)
            }
        }
    }
}
