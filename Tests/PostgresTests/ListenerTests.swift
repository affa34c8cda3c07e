import DatabaseFixture
import PatchbayPostgres
import Testing

extension DatabaseSuites {
    @Suite struct ListenerTests {
        @Test func `what is sent arrives in order, and nothing of other channels`() async throws {
            try await withDatabase { target in
                let listener = try await PostgresConnection.connect(to: target)
                try await listener.listen(to: "a \"b\"")
                let sender = try await PostgresConnection.connect(to: target)
                _ = try await sender.query("select pg_notify('other', 'x')")
                for text in ["1", "2"] {
                    _ = try await sender.query("select pg_notify('a \"b\"', $1)", [.text(text)])
                }
                var heard: [PostgresNotification] = []
                while heard.count < 2 { heard += try await listener.notifications(within: 30_000) }
                #expect(heard.map(\.payload) == ["1", "2"])
                #expect(heard.map(\.channel) == ["a \"b\"", "a \"b\""])
            }
        }

        @Test func `silence is answered with nothing`() async throws {
            try await withDatabase { target in
                let listener = try await PostgresConnection.connect(to: target)
                try await listener.listen(to: "a")
                #expect(try await listener.notifications(within: 20).isEmpty)
            }
        }

        @Test func `a cancelled task stops waiting`() async throws {
            try await withDatabase { target in
                let listener = try await PostgresConnection.connect(to: target)
                try await listener.listen(to: "a")
                let task = Task { try await listener.notifications(within: 600_000) }
                task.cancel()
                await #expect(throws: PostgresError.self) { try await task.value }
                #expect(try await listener.query("select 1 as n").one().int("n") == 1)
            }
        }

        @Test func `a lost connection is replaced, and that is told`() async throws {
            try await withDatabase { target in
                let (events, continuation) = AsyncStream.makeStream(of: PostgresListener.Event.self)
                let task = Task {
                    await PostgresListener(target, channel: "a", log: .quiet).run { continuation.yield($0) }
                }
                var seen = events.makeAsyncIterator()
                #expect(await seen.next() == .connected)
                let other = try await PostgresConnection.connect(to: target)
                _ = try await other.query(
                    """
                    select count(pg_terminate_backend(pid)) from pg_stat_activity
                    where pid <> pg_backend_pid() and datname = current_database()
                    """)
                #expect(await seen.next() == .connected)
                _ = try await other.query("select count(pg_notify('a', t)) from unnest('{x,x,y}'::text[]) as t")
                #expect(
                    await seen.next()
                        == .heard([
                            PostgresNotification(channel: "a", payload: "x"),
                            PostgresNotification(channel: "a", payload: "y"),
                        ]))
                task.cancel()
                await task.value
            }
        }
    }
}
