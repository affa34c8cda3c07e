import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import Synchronization
import Testing

@testable import PatchbayStorage

extension StorageSuites {
    @Suite struct AuditLogTests {
        @Test func `an event is kept in the form of the requirements, with its place in the chain`() async throws {
            try await withAudit { audited in
                let (account, session) = (AccountID.new(at: Stores.start), SessionID.new(at: Stores.start))
                let event = Audited.event(7, by: .account(account, session))
                try await audited.log.append([event])
                let page = try await audited.trail.records(in: Stores.tenant, AuditFilter(), page: PageRequest())
                let record = try #require(page.items.first)
                let content = try JSON(parsing: record.content)
                #expect(
                    content == [
                        "timestamp": .string(event.at.description), "event": "workflow.updated",
                        "tenant_id": .string(Stores.tenant.description), "user_id": .string(account.description),
                        "resource_id": "wf_7", "resource_type": "workflow", "ip_address": "192.0.2.1",
                        "user_agent": "curl/8 \"x\"", "request_id": "req_7",
                        "changes": ["name": ["old": "a", "new": "b"]], "details": [:], "outcome": "success",
                        "actor": [
                            "kind": "account", "id": .string(account.description),
                            "session_id": .string(session.description),
                        ], "id": .string(event.id.description), "sequence": 1,
                    ])
                #expect(record.content == content.canonicalBytes)
                #expect(content.object?.names == content.object?.names.sorted())
            }
        }

        @Test func `each tenant has a chain of its own, and the installation another`() async throws {
            try await withAudit { audited in
                try await audited.addTenant(Stores.stranger)
                try await audited.append(1...3)
                try await audited.append(4...5, in: Stores.stranger)
                try await audited.append(6...6, in: nil)
                for (tenant, count) in [(Stores.tenant, 3), (Stores.stranger, 2), (TenantID?.none, 1)] {
                    let verdict = try await audited.trail.verify(tenant, anchor: nil)
                    #expect(verdict.flaw == nil && verdict.count == count && verdict.head?.sequence == count)
                }
                let chains = try await PostgresAuditTrail.chains(audited.stores.engine)
                #expect(chains == [nil, Stores.tenant, Stores.stranger])
            }
        }

        @Test func `what comes of a tenant that is not there stands in the installation's chain`() async throws {
            try await withAudit { audited in
                try await audited.log.append([Audited.event(1, in: Stores.stranger), Audited.event(2)])
                #expect(try await audited.trail.verify(Stores.stranger, anchor: nil).count == 0)
                #expect(try await audited.trail.verify(Stores.tenant, anchor: nil).count == 1)
                let own = try await audited.trail.records(in: nil, AuditFilter(), page: PageRequest())
                let tenant = try own.items.first.map { try JSON(parsing: $0.content) }?["tenant_id"]?.string
                #expect(tenant == Stores.stranger.description)
                #expect(try await audited.trail.verify(nil, anchor: nil).flaw == nil)
                // Nor is a chain left behind by a tenant's end.
                try await audited.addTenant(Stores.stranger)
                try await audited.append(3...3, in: Stores.stranger)
                let removal = PostgresTenantRemoval(audited.stores.target)
                _ = try await removal.remove(Stores.stranger, patience: .zero, settling: .zero)
                try await audited.append(4...4, in: Stores.stranger)
                let chains = try await PostgresAuditTrail.chains(audited.stores.engine)
                #expect(chains == [nil, Stores.tenant])
                #expect(try await audited.trail.verify(nil, anchor: nil).count == 2)
            }
        }

        @Test func `two hosts that write to the same chains at once make one unbroken chain of each`() async throws {
            try await withAudit { audited in
                try await audited.addTenant(Stores.stranger)
                let other = audited.anotherHost
                let chains: [TenantID?] = [Stores.tenant, Stores.stranger, nil]
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<600 {
                        let log = number % 2 == 0 ? audited.log : other
                        group.addTask {
                            // Some of several tenants at once, in whatever order.
                            let several = (0...number % 3).map {
                                Audited.event(number, in: chains[(number / 2 + $0) % 3])
                            }
                            try await log.append(several)
                        }
                    }
                    try await group.waitForAll()
                }
                await other.close()
                var total = 0
                for tenant in chains {
                    let verdict = try await audited.trail.verify(tenant, anchor: nil)
                    #expect(verdict.flaw == nil)
                    total += verdict.count
                }
                #expect(total == 1_200)
            }
        }

        @Test func `a writer whose connection is killed again and again leaves no gap, and writes nothing twice`()
            async throws
        {
            try await withAudit { audited in
                let tally = Tally()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        var next = 1
                        while !tally.isDone.withLock({ $0 }) {
                            guard tally.acknowledged.withLock(\.count) >= next else {
                                _ = try await audited.stores.pool.query("select pg_sleep(0.001)")
                                continue
                            }
                            next = tally.acknowledged.withLock(\.count) + 10
                            _ = try await audited.stores.pool.query(
                                """
                                select pg_terminate_backend(pid) from pg_stat_activity
                                where datname = current_database() and query like '%audit_%' and pid <> pg_backend_pid()
                                """)
                        }
                    }
                    await withTaskGroup(of: Void.self) { writers in
                        for number in 0..<400 {
                            writers.addTask {
                                let event = Audited.event(number)
                                // Killed twice in a row is told to whoever asked.
                                guard (try? await audited.log.append([event])) != nil else { return }
                                tally.acknowledged.withLock { _ = $0.insert(event.id.description) }
                            }
                            if number % 20 == 0 { await writers.next() }
                        }
                    }
                    tally.isDone.withLock { $0 = true }
                    try await group.waitForAll()
                }
                let verdict = try await audited.trail.verify(Stores.tenant, anchor: nil)
                #expect(verdict.flaw == nil)
                let stored = Mutex<[String]>([])
                try await audited.trail.export(in: Stores.tenant, AuditFilter()) { record in
                    let id = try JSON(parsing: record.content)["id"]?.string ?? ""
                    stored.withLock { $0.append(id) }
                }
                let all = stored.withLock { $0 }
                #expect(Set(all).count == all.count)
                #expect(tally.acknowledged.withLock { $0 }.isSubset(of: all))
                #expect(!all.isEmpty)
            }
        }

        @Test func `events are found by who, what, whereto, how it ended and when`() async throws {
            try await withAudit { audited in
                let (account, key) = (AccountID.new(at: Stores.start), APIKeyID.new(at: Stores.start))
                try await audited.append(1...3)
                try await audited.log.append([
                    Audited.event(4, .runStarted, by: .account(account, nil)),
                    Audited.event(5, by: .apiKey(key, account)),
                    AuditEvent(.accessRefused, .refused, by: .engine, in: Stores.tenant, at: Stores.at(6)),
                ])
                func found(_ set: (inout AuditFilter) -> Void) async throws -> [Int] {
                    var filter = AuditFilter()
                    set(&filter)
                    let page = try await audited.trail.records(in: Stores.tenant, filter, page: PageRequest())
                    let exported = Mutex<[Int]>([])
                    try await audited.trail.export(in: Stores.tenant, filter) { record in
                        exported.withLock { $0.append(record.sequence) }
                    }
                    #expect(exported.withLock { $0 } == page.items.map(\.sequence).reversed())
                    return page.items.map(\.sequence)
                }
                #expect(try await found { _ in } == [6, 5, 4, 3, 2, 1])
                #expect(try await found { $0.actor = account.description } == [5, 4])
                #expect(try await found { $0.actor = key.description } == [5])
                #expect(try await found { $0.actor = "installation_key" } == [3, 2, 1])
                #expect(try await found { $0.action = .runStarted } == [4])
                #expect(try await found { $0.resource = "wf_2" } == [2])
                #expect(try await found { $0.resourceKind = "workflow" } == [5, 4, 3, 2, 1])
                #expect(try await found { $0.outcome = .refused } == [6])
                #expect(
                    try await found {
                        $0.from = Stores.at(2)
                        $0.to = Stores.at(4)
                    } == [3, 2])
                let first = try await audited.trail.records(
                    in: Stores.tenant, AuditFilter(), page: PageRequest(limit: 4))
                #expect(first.items.map(\.sequence) == [6, 5, 4, 3])
                let rest = try await audited.trail.records(
                    in: Stores.tenant, AuditFilter(), page: PageRequest(limit: 4, cursor: first.next))
                #expect(rest.items.map(\.sequence) == [2, 1])
                #expect(rest.next == nil)
                await #expect(throws: InvalidCursor.self) {
                    try await audited.trail.records(
                        in: Stores.tenant, AuditFilter(), page: PageRequest(cursor: "x"))
                }
            }
        }

        @Test func `no role changes or deletes what was taken down, and a request writes nothing`() async throws {
            try await withAudit { audited in
                try await audited.append(1...1)
                for (pool, statement) in [
                    (audited.stores.engine, "update audit_events set event = 'x'"),
                    (audited.stores.engine, "delete from audit_events"),
                    (audited.stores.engine, "truncate audit_events"),
                    (audited.stores.engine, "delete from audit_heads"),
                    (audited.stores.api, "update audit_events set event = 'x'"),
                    (audited.stores.api, "delete from audit_events"),
                    (audited.stores.api, "insert into audit_events select * from audit_events"),
                    (audited.stores.api, "update audit_heads set sequence = 0"),
                ] {
                    let error = await #expect(throws: PostgresError.self, "\(statement)") {
                        try await pool.query(statement)
                    }
                    #expect(error?.code == .denied, "\(statement)")
                }
            }
        }

        @Test func `what PostgreSQL's text cannot hold is kept all the same, and found whole`() async throws {
            try await withAudit { audited in
                var event = Audited.event(1)
                event.resource = AuditEvent.Resource("workflow", "a\0b")
                event.origin.agent = "\u{1F600}\0\u{7}" + String(repeating: "ü", count: 1_000)
                try await audited.log.append([event])
                #expect(try await audited.trail.verify(Stores.tenant, anchor: nil).flaw == nil)
            }
        }
    }
}

private final class Tally: Sendable {
    /// Ids of events that are said to be on disk.
    let acknowledged = Mutex<Set<String>>([])
    let isDone = Mutex(false)
}

struct AuditQueueTests {
    @Test func `a batch is cut where it has enough, and nothing waits for ever`() {
        var queue = AuditQueue<Int>(atMost: 2_000, size: { $0 })
        for size in [400, 100, 1, 900, 3] {
            let isTaken = queue.add(size)
            #expect(isTaken)
        }
        #expect(queue.count == 1_404)
        var batches: [[Int]] = []
        for _ in 0..<5 { batches.append(queue.next()) }
        #expect(batches == [[400, 100], [1], [900], [3], []])
        #expect(queue.count == 0)
    }

    @Test func `no more is taken than may wait, unless nothing waits`() {
        var queue = AuditQueue<Int>(atMost: 10, size: { $0 })
        var taken = [queue.add(50), queue.add(1)]
        let batch = queue.next()
        taken += [queue.add(10), queue.add(1)]
        #expect(batch == [50])
        #expect(taken == [true, false, true, false])
    }
}
