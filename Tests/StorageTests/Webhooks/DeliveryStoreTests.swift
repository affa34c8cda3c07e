import DatabaseFixture
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    /// Deliveries in the database: stored once, started once, forgotten in time.
    @Suite struct DeliveryStoreTests {
        private func store(_ stores: Stores) -> PostgresDeliveryStore {
            PostgresDeliveryStore(engine: stores.engine, api: stores.api, journal: stores.journal, log: .quiet)
        }

        private func webhook(_ stores: Stores) async throws -> (WorkflowRecord, WebhookRecord) {
            let workflow = try await stores.workflow(endpoints: ["deploy"])
            let found = try await #require(stores.workflows.webhook(at: "deploy"))
            return (workflow, found.webhook)
        }

        private func delivery(
            _ sender: String? = nil, to webhook: WebhookRecord, version: Int = 1, verdict: DeliveryVerdict = .accepted,
            at seconds: Int64 = 0, body: [UInt8] = Array(#"{"n":1}"#.utf8)
        ) -> NewDelivery {
            let moment = Stores.at(seconds)
            let record = DeliveryRecord(
                id: .new(at: moment), tenant: webhook.tenant, webhook: webhook.id, workflow: webhook.workflow,
                receivedAt: moment, senderID: sender, verdict: verdict, reason: verdict == .refused ? "X" : nil,
                run: verdict == .accepted ? .new(at: moment) : nil, method: "POST", query: "a=1",
                headers: ["content-type": "application/json"], size: body.count)
            return NewDelivery(
                StoredDelivery(
                    record: record, body: body, endpoint: webhook.endpoint, node: webhook.node, version: version),
                revision: webhook.revision)
        }

        @Test func `a delivery is stored with all that its run needs, and stands in the history`() async throws {
            try await withStores { stores in
                let (store, (_, webhook)) = (store(stores), try await webhook(stores))
                let new = delivery("d1", to: webhook)
                #expect(try await store.store(new) == .stored)
                var wanted = new.delivery
                wanted.record.isPending = true
                #expect(try await store.delivery(new.record.id, to: webhook.id, in: Stores.tenant) == wanted)
                #expect(try await store.delivery(new.record.id, to: webhook.id, in: Stores.stranger) == nil)
                try await store.settle([new.delivery])
                let page = try await store.deliveries(
                    to: webhook.id, in: Stores.tenant, verdict: .accepted, page: PageRequest())
                #expect(page.items == [new.record])
                #expect(
                    try await store.deliveries(
                        to: webhook.id, in: Stores.tenant, verdict: .refused, page: PageRequest()
                    ).items == [])
                await store.close()
            }
        }

        @Test func `the run of a delivery is there as queued until it is started`() async throws {
            try await withStores { stores in
                let (store, (workflow, webhook)) = (store(stores), try await webhook(stores))
                let new = delivery("d1", to: webhook)
                let run = try #require(new.record.run)
                #expect(try await store.store(new) == .stored)
                let promised = try await store.promised(run, in: Stores.tenant)
                #expect(promised?.status == .queued)
                #expect(promised?.workflow == workflow.id)
                #expect(promised?.createdAt == new.record.receivedAt)
                #expect(try await store.promised(run, in: Stores.stranger) == nil)
                try await store.settle([new.delivery])
                #expect(try await store.promised(run, in: Stores.tenant) == nil)
                await store.close()
            }
        }

        @Test func `one that comes again is known by its name, and starts nothing`() async throws {
            try await withStores { stores in
                let (store, (_, webhook)) = (store(stores), try await webhook(stores))
                let first = delivery("d1", to: webhook)
                #expect(try await store.store(first) == .stored)
                #expect(
                    try await store.store(delivery("d1", to: webhook, at: 5))
                        == .duplicate(of: first.record.id, run: first.record.run))
                // Without a name every one is new; and what was refused does not count.
                #expect(try await store.store(delivery(to: webhook)) == .stored)
                #expect(try await store.store(delivery(to: webhook)) == .stored)
                #expect(try await store.store(delivery("d2", to: webhook, verdict: .refused)) == .stored)
                #expect(try await store.store(delivery("d2", to: webhook)) == .stored)
                await store.close()
            }
        }

        @Test func `a large body is kept once beside the rows, for as long as one of them has it`() async throws {
            try await withStores { stores in
                let (store, (_, webhook)) = (store(stores), try await webhook(stores))
                let body = Array("\"\(String(repeating: "größer ", count: 20_000))\"".utf8)
                let new = (1...2).map { delivery("d\($0)", to: webhook, at: $0 == 1 ? 0 : 3_600, body: body) }
                for delivery in new { #expect(try await store.store(delivery) == .stored) }
                let refused = delivery("d3", to: webhook, verdict: .refused, body: body + [0x20])
                #expect(try await store.store(refused) == .stored)
                func count(_ table: String) async throws -> Int64 {
                    try await stores.pool.query("select count(*) as n from \(table)").one().int("n")
                }
                #expect(try await count("blobs") == 1)
                #expect(try await count("webhook_deliveries where body is not null") == 0)
                let taken = try await store.claim(limit: 9, at: Stores.at(7_200), before: Stores.at(7_100))
                #expect(taken.map(\.body) == [body, body])
                try await store.settle(new.map(\.delivery))
                let read = try await store.delivery(new[0].record.id, to: webhook.id, in: Stores.tenant)
                #expect(read?.body == body)
                // Long after the runs it is there with the deliveries, and goes after the last of them.
                let history = PostgresRunHistory(stores.engine)
                let later = Stores.at(365 * 86_400)
                _ = try await history.forget(before: later)
                #expect(try await count("blobs") == 1)
                #expect(try await store.forget(before: Stores.at(60), limit: 10) == 2)
                _ = try await history.forget(before: later)
                #expect(try await count("blobs") == 1)
                #expect(try await store.forget(before: later, limit: 10) == 1)
                _ = try await history.forget(before: later)
                #expect(try await count("blobs") == 0)
                await store.close()
            }
        }

        @Test func `many at a time are stored, each once`() async throws {
            try await withStores { stores in
                let (store, (_, webhook)) = (store(stores), try await webhook(stores))
                let standings = try await withThrowingTaskGroup(of: DeliveryStanding.self) { group in
                    for number in 0..<300 {
                        group.addTask { try await store.store(self.delivery("d\(number % 100)", to: webhook)) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(standings.filter { $0 == .stored }.count == 100)
                #expect(!standings.contains(.moved))
                let queued = try await stores.pool.query(
                    "select sum(cardinality(deliveries))::bigint as n from webhook_inbox"
                ).one().int("n")
                #expect(queued == 100)
                await store.close()
            }
        }

        @Test func `what the host knew must still be so`() async throws {
            try await withStores { stores in
                let (store, (workflow, webhook)) = (store(stores), try await webhook(stores))
                let webhooks = PostgresWebhookStore(stores.api)
                #expect(try await store.store(delivery(to: webhook, version: 2)) == .moved)
                let changed = try await webhooks.change(webhook.id, in: Stores.tenant, WebhookChange(isEnabled: false))
                #expect(changed?.revision == 2)
                #expect(try await store.store(delivery("d1", to: webhook)) == .moved)
                var known = webhook
                known.revision = 2
                #expect(try await store.store(delivery("d1", to: known)) == .stored)
                _ = try await PostgresRunQueue(stores.api).pause(
                    workflow.id, in: Stores.tenant, holding: false, at: Stores.at(1))
                #expect(try await store.store(delivery("d2", to: known)) == .moved)
                await store.close()
            }
        }

        @Test func `what nobody started is claimed by one, and by another when that takes too long`() async throws {
            try await withStores { stores in
                let (store, (_, webhook)) = (store(stores), try await webhook(stores))
                let new = delivery("d1", to: webhook)
                #expect(try await store.store(new) == .stored)
                #expect(try await store.claim(limit: 10, at: Stores.at(5), before: Stores.at(-5)) == [])
                var wanted = new.delivery
                wanted.record.isPending = true
                #expect(try await store.claim(limit: 10, at: Stores.at(20), before: Stores.at(10)) == [wanted])
                #expect(try await store.claim(limit: 10, at: Stores.at(21), before: Stores.at(11)) == [])
                #expect(try await store.claim(limit: 10, at: Stores.at(40), before: Stores.at(30)) == [wanted])
                try await store.settle([new.delivery])
                #expect(try await store.claim(limit: 10, at: Stores.at(90), before: Stores.at(80)) == [])
                await store.close()
            }
        }

        @Test func `old ones are forgotten, but not those that wait for their run`() async throws {
            try await withStores { stores in
                let (store, (_, webhook)) = (store(stores), try await webhook(stores))
                let (old, waiting, young) = (
                    delivery("a", to: webhook), delivery("b", to: webhook), delivery("c", to: webhook, at: 100)
                )
                for one in [old, waiting, young] { #expect(try await store.store(one) == .stored) }
                try await store.settle([old.delivery, young.delivery])
                #expect(try await store.forget(before: Stores.at(50), limit: 10) == 1)
                #expect(try await store.delivery(old.record.id, to: webhook.id, in: Stores.tenant) == nil)
                #expect(try await store.delivery(waiting.record.id, to: webhook.id, in: Stores.tenant) != nil)
                await store.close()
            }
        }

        /// As after a host that died between storing a run and saying so.
        @Test func `however often a delivery is started, it has one run`() async throws {
            try await withStores { stores in
                let (store, (_, webhook)) = (store(stores), try await webhook(stores))
                let engine = PostgresRunStore(stores.engine, journal: stores.journal)
                func pump() -> DeliveryPump {
                    DeliveryPump(
                        store: store, starter: RunStarter(runs: engine, signals: RunSignals(), clock: SystemTime()),
                        runs: engine, workflows: stores.workflows, logger: .quiet)
                }
                let new = (0..<20).map { delivery("d\($0)", to: webhook) }
                for one in new { #expect(try await store.store(one) == .stored) }
                _ = try await stores.pool.query("create table before as select * from webhook_inbox")
                for _ in 1...2 {
                    while try await pump().sweep() > 0 {}
                    #expect(try await stores.pool.query("select 1 as n from webhook_inbox").isEmpty)
                    _ = try await stores.pool.query("insert into webhook_inbox select * from before")
                }
                let page = try await engine.runs(
                    in: Stores.tenant, matching: RunFilter(), page: PageRequest(limit: 100))
                #expect(Set(page.items.map(\.id)) == Set(new.compactMap(\.record.run)))
                #expect(page.items.count == 20)
                let first = try await engine.entries(of: try #require(new[3].record.run), in: Stores.tenant)
                #expect(first.map(\.kind) == [.runStarted])
                #expect(first.first?.data["trigger"]?["body"] == ["n": 1])
                #expect(first.first?.data["trigger"]?["delivery_id"] == "d3")
                await store.close()
            }
        }
    }

    @Suite struct WebhookStoreTests {
        @Test func `an endpoint keeps what was said of it when its workflow is saved anew`() async throws {
            try await withStores { stores in
                let webhooks = PostgresWebhookStore(stores.api)
                let workflow = try await stores.workflow(endpoints: ["a", "b"])
                let known = try await #require(stores.workflows.webhook(at: "a")).webhook
                let change = WebhookChange(
                    name: "CI", filter: .some("$.body"), perMinute: .some(5), mostBytes: .some(100), secret: .some("K"))
                let changed = try await #require(webhooks.change(known.id, in: Stores.tenant, change))
                #expect(changed.perMinute == 5)
                _ = try await stores.workflows.update(
                    workflow.id, in: Stores.tenant, name: "n", about: "", document: ["v": 2],
                    webhooks: stores.webhooks(["a", "c"], of: workflow.id), expecting: nil, at: Stores.at(1))
                var wanted = changed
                wanted.revision = 3
                #expect(try await webhooks.webhook(known.id, in: Stores.tenant) == wanted)
                let listed = try await webhooks.webhooks(in: Stores.tenant, of: workflow.id, page: PageRequest())
                #expect(Set(listed.items.map(\.endpoint)) == ["a", "c"])
                #expect(try await webhooks.webhook(known.id, in: Stores.stranger) == nil)
                #expect(try await !webhooks.remove(known.id, in: Stores.tenant))
            }
        }

        @Test func `one that is made stays until it is deleted, or its workflow is`() async throws {
            try await withStores { stores in
                let webhooks = PostgresWebhookStore(stores.api)
                let workflow = try await stores.workflow(endpoints: ["a"])
                func made() -> WebhookRecord {
                    WebhookRecord(
                        id: .new(at: Stores.start), tenant: Stores.tenant, workflow: workflow.id,
                        endpoint: WebhookRecord.newEndpoint(), node: "hook", isMade: true)
                }
                let (first, second) = (made(), made())
                for one in [first, second] { #expect(try await webhooks.add(one)) }
                _ = try await stores.workflows.update(
                    workflow.id, in: Stores.tenant, name: "n", about: "", document: ["v": 2], webhooks: [],
                    expecting: nil, at: Stores.at(1))
                #expect(try await stores.workflows.webhook(at: first.endpoint)?.webhook == first)
                #expect(try await webhooks.remove(first.id, in: Stores.tenant))
                #expect(try await webhooks.webhook(first.id, in: Stores.tenant) == nil)
                _ = try await stores.workflows.delete(workflow.id, in: Stores.tenant, expecting: nil, at: Stores.at(2))
                #expect(try await webhooks.webhook(second.id, in: Stores.tenant) == nil)
                #expect(try await !webhooks.add(made()))
            }
        }
    }
}
