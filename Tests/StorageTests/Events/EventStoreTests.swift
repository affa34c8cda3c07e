import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    /// Events for all runs of a tenant.
    @Suite struct EventStoreTests {
        private func event(_ id: String = "e1", key: String = "k", kept seconds: Int64 = 300) -> SharedEvent {
            SharedEvent(id: id, name: "paid", key: key, payload: ["n": 1], keepUntil: Stores.at(seconds))
        }

        @Test func `an event wakes the runs that wait for it, and counts once`() async throws {
            try await withStores { stores in
                let events = PostgresEventStore(stores.engine)
                let api = PostgresEventStore(stores.api)
                let messages = PostgresRunMessages(stores.engine)
                let workflow = try await stores.workflow()
                let (one, other) = (try await stores.run(of: workflow), try await stores.run(of: workflow))
                for run in [one, one] {
                    #expect(
                        try await !events.listen(
                            for: "paid", key: "k", run: run.id, in: Stores.tenant, at: Stores.at(0)))
                }
                _ = try await events.listen(for: "paid", key: "z", run: other.id, in: Stores.tenant, at: Stores.at(0))
                #expect(try await api.put(event(), in: Stores.tenant, at: Stores.at(1)) == [one.id])
                #expect(try await api.put(event(), in: Stores.tenant, at: Stores.at(1)) == nil)
                let heard = try await messages.messages(for: one.id, in: Stores.tenant)
                #expect(heard == [event().message])
                #expect(try await messages.messages(for: other.id, in: Stores.tenant).isEmpty)
            }
        }

        @Test func `who comes to wait later hears of what is kept, for as long as it is`() async throws {
            try await withStores { stores in
                let events = PostgresEventStore(stores.engine)
                let messages = PostgresRunMessages(stores.engine)
                let run = try await stores.run(of: stores.workflow())
                #expect(try await events.put(event(kept: 10), in: Stores.tenant, at: Stores.at(0)) == [])
                #expect(
                    try await !events.listen(
                        for: "paid", key: "k", run: run.id, in: Stores.tenant, at: Stores.at(20)))
                #expect(
                    try await events.listen(for: "paid", key: "k", run: run.id, in: Stores.tenant, at: Stores.at(5)))
                let heard = try await messages.messages(for: run.id, in: Stores.tenant)
                #expect(heard.map(\.data) == [event().message.data])
            }
        }

        @Test func `no event is lost between one who sends it and one who begins to wait`() async throws {
            try await withStores { stores in
                let events = PostgresEventStore(stores.engine)
                let messages = PostgresRunMessages(stores.engine)
                let run = try await stores.run(of: stores.workflow())
                for number in 0..<20 {
                    let key = "k\(number)"
                    async let put = events.put(event("e\(number)", key: key), in: Stores.tenant, at: Stores.at(1))
                    async let wait = events.listen(
                        for: "paid", key: key, run: run.id, in: Stores.tenant, at: Stores.at(1))
                    _ = try await (put, wait)
                }
                #expect(try await messages.messages(for: run.id, in: Stores.tenant).count == 20)
            }
        }

        @Test func `what is over is forgotten, and ids are known for a week`() async throws {
            try await withStores { stores in
                let events = PostgresEventStore(stores.engine)
                let run = try await stores.run(of: stores.workflow())
                _ = try await events.put(event(kept: 1), in: Stores.tenant, at: Stores.at(0))
                _ = try await events.listen(for: "x", key: "k", run: run.id, in: Stores.tenant, at: Stores.at(0))
                try await events.forget(at: Stores.at(3_600))
                #expect(try await events.put(event(), in: Stores.tenant, at: Stores.at(3_600)) == nil)
                #expect(try await stores.pool.query("select 1 from event_waits").count == 1)
                _ = try await stores.pool.query("delete from run_queue")
                try await events.forget(at: Stores.at(8 * 86_400))
                #expect(try await stores.pool.query("select 1 from event_waits").isEmpty)
                #expect(try await stores.pool.query("select 1 from events").isEmpty)
            }
        }

        @Test func `workflows with an error trigger are found, and places among changes are moved on by one`()
            async throws
        {
            try await withStores { stores in
                let watch = PostgresRunWatchStore(stores.engine)
                _ = try await stores.workflow("plain")
                let alarm = try await stores.workflow(
                    "alarm", document: ["name": "alarm", "nodes": [["id": "e", "type": "error"]]])
                #expect(try await watch.errorWorkflows().map(\.workflow.id) == [alarm.id])
                #expect(try await watch.cursor(of: .errors, in: Stores.tenant) == nil)
                let first = RunChange.Cursor(transaction: 1, run: RunID(high: 1, low: 1), sequence: 1)
                let next = RunChange.Cursor(transaction: 2, run: RunID(high: 1, low: 1), sequence: 1)
                for cursor in [first, next] { try await watch.begin(.errors, in: Stores.tenant, at: cursor) }
                #expect(try await watch.cursor(of: .errors, in: Stores.tenant) == first)
                try await watch.advance(.errors, in: Stores.tenant, from: next, to: first)
                try await watch.advance(.errors, in: Stores.tenant, from: first, to: next)
                #expect(try await watch.cursor(of: .errors, in: Stores.tenant) == next)
            }
        }

        @Test func `a notice is in the hands of one, tried again, and settled once`() async throws {
            try await withStores { stores in
                let store = PostgresNoticeStore(stores.engine)
                let notice = NewNotice(key: "k1", channel: .mail, to: "ada@example.com", data: ["title": "x"])
                for _ in 0..<2 { try await store.put([notice], in: Stores.tenant, at: Stores.at(0)) }
                try await store.put([], in: Stores.tenant, at: Stores.at(0))
                let first = try await store.claim(at: Stores.at(1), until: Stores.at(60), limit: 10)
                #expect(first == [PendingNotice(tenant: Stores.tenant, notice: notice, attempt: 1)])
                #expect(try await store.claim(at: Stores.at(2), until: Stores.at(60), limit: 10).isEmpty)
                // Whoever had it died, or took too long.
                let second = try await store.claim(at: Stores.at(61), until: Stores.at(120), limit: 10)
                #expect(second.map(\.attempt) == [2])
                try await store.settle(first[0], at: Stores.at(62))
                try await store.postpone(second[0], until: Stores.at(200), because: "busy")
                #expect(try await store.claim(at: Stores.at(199), until: Stores.at(300), limit: 10).isEmpty)
                let third = try await store.claim(at: Stores.at(200), until: Stores.at(300), limit: 10)
                try await store.settle(third[0], at: Stores.at(201))
                #expect(try await store.claim(at: Stores.at(900), until: Stores.at(999), limit: 10).isEmpty)
                #expect(try await store.forget(before: Stores.at(10)) == 1)
                try await store.put([notice], in: Stores.tenant, at: Stores.at(1_000))
                let last = try await store.claim(at: Stores.at(1_000), until: Stores.at(1_001), limit: 10)
                try await store.postpone(last[0], until: nil, because: "no such box")
                #expect(try await store.claim(at: Stores.at(2_000), until: Stores.at(2_001), limit: 10).isEmpty)
            }
        }
    }
}
