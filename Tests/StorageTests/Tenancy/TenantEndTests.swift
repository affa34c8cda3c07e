import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

extension StorageSuites {
    @Suite struct TenantEndTests {
        private func remove(
            _ tenant: TenantID, _ stores: Stores, patience: Duration = .zero
        ) async throws -> [String: Int] {
            try await PostgresTenantRemoval(stores.target).remove(tenant, patience: patience, settling: .zero)
        }

        /// How many rows of a tenant are in each table that has any, the journal's parts too.
        private func rows(of tenant: TenantID, _ stores: Stores) async throws -> [String: Int] {
            var counts: [String: Int] = [:]
            for table in try await TableCatalogue(stores.pool).tables {
                let count = try await stores.pool.query(
                    "select 1 from only \(table.name) where tenant_id = $1",
                    [.uuid(high: tenant.high, low: tenant.low)]
                ).count
                if count > 0 { counts[table.name] = count }
            }
            return counts
        }

        @Test func `after a tenant's end nothing of it is left in any table, and others have lost nothing`()
            async throws
        {
            try await withStores { stores in
                try await PostgresRunHistory(stores.engine).prepare(at: Stores.start)
                let (gone, other) = (try await QueuedTenant(stores, 7), try await QueuedTenant(stores, 8))
                for tenant in [gone, other] {
                    try await tenant.runs(3)
                    try await tenant.run(.group(), at: -20 * 7 * 86_400)
                }
                await stores.journal.close()
                let kept = try await rows(of: other.workflow.tenant, stores)
                let before = try await rows(of: gone.workflow.tenant, stores)
                #expect(before["run_journal_20251006"] == 3)
                #expect(before["run_journal_rest"] == 1)
                let deleted = try await remove(gone.workflow.tenant, stores)
                #expect(deleted["workflows"] == 1)
                #expect(deleted["run_journal"] == 4)
                #expect(deleted["tenants"] == 1)
                #expect(try await rows(of: gone.workflow.tenant, stores) == [:])
                #expect(try await rows(of: other.workflow.tenant, stores) == kept)
                #expect(try await remove(gone.workflow.tenant, stores) == [:])
            }
        }

        @Test func `a table that nobody thought of is emptied of the tenant as well`() async throws {
            try await withStores { stores in
                try await TableCatalogue.fill(stores.pool, tenant: Stores.stranger.uuid)
                let tables = try await TableCatalogue(stores.pool).tables.filter { !$0.isPart }.map(\.name)
                #expect(try await rows(of: Stores.stranger, stores).count == tables.count)
                _ = try await stores.pool.query("update run_queue set worker = null")
                let deleted = try await remove(Stores.stranger, stores)
                #expect(Set(deleted.keys) == Set(tables).subtracting(["run_queue"]))
                #expect(try await rows(of: Stores.stranger, stores) == [:])
            }
        }

        @Test func `a tenant whose runs a worker has in hand is closed at once and deleted when they have ended`()
            async throws
        {
            try await withStores { stores in
                let tenant = try await QueuedTenant(stores, 9)
                try await tenant.runs(2)
                let leased = try await stores.lease("w1", limit: 1)
                let run = try #require(leased.first)
                let error = await #expect(throws: StorageError.self) {
                    try await remove(tenant.workflow.tenant, stores)
                }
                #expect(error?.description.contains("still have 1 runs") == true)
                #expect(try await stores.journal.cancellations(worker: "w1") == [run.record.id])
                #expect(try await PostgresTenantStore(stores.engine).tenant(tenant.workflow.tenant)?.state == .deleting)
                #expect(try await !PostgresTenantStore(stores.engine).setSuspended(false, tenant.workflow.tenant))
                await #expect(throws: TenantRefusal.notActive(.deleting)) { try await QueuedTenant(stores, 9) }
                try await stores.journal.append([entry(2, .runCancelled)], log: [], to: run, status: .cancelled)
                await stores.journal.close()
                _ = try await remove(tenant.workflow.tenant, stores)
                #expect(try await rows(of: tenant.workflow.tenant, stores) == [:])
            }
        }

        @Test func `what a worker still tells of a service for a tenant that is gone is passed over`() async throws {
            try await withStores { stores in
                let gates = PostgresGateStore(stores.engine)
                let records = [Stores.tenant, Stores.stranger].map { tenant in
                    GateRecord(
                        key: GateKey(tenant: tenant, connector: "slack", version: "1.0.0", credential: ""),
                        state: .open, until: Stores.at(5), calls: 1, failures: 1, since: Stores.start)
                }
                try await gates.publish(records)
                #expect(try await gates.gates(in: Stores.tenant).count == 1)
            }
        }

        @Test func `an export holds every row of the tenant, none of another, and says where it ends`() async throws {
            try await withStores { stores in
                let (tenant, other) = (try await QueuedTenant(stores, 7), try await QueuedTenant(stores, 8))
                try await tenant.runs(120)
                try await other.runs(2)
                let credential = CredentialRecord(
                    id: .new(at: Stores.start), tenant: tenant.workflow.tenant, name: "key", kind: .bearer,
                    connector: nil, hosts: [], settings: [:], createdAt: Stores.start)
                try await stores.credentials.create(credential, sealed: SealedContent([1, 2, 255]))
                let lines = Lines()
                let counts = try await PostgresTenantExport(stores.api).write(
                    tenant.workflow.tenant, at: Stores.start
                ) { await lines.add($0) }
                let parsed = try await lines.all.map { try JSON(parsing: Array($0.utf8)) }
                #expect(parsed.first?["patchbay_export"] == 1)
                let rows = parsed.dropFirst().dropLast()
                #expect(rows.count == counts.map(\.rows).reduce(0, +))
                #expect(rows.allSatisfy { $0["row"]?["tenant_id"]?.string == tenant.workflow.tenant.uuid })
                #expect(rows.count { $0["table"] == "run_journal" } == 120)
                #expect(parsed.last?["end"]?["runs"] == 120)
                let sealed = rows.first { $0["table"] == "credentials" }?["row"]?["sealed"]
                #expect(sealed == "\\x0102ff")
                let tables = Set(try await TableCatalogue(stores.pool).tables.filter { !$0.isPart }.map(\.name))
                #expect(Set(counts.map(\.table)).isSubset(of: tables))
                #expect(counts.count >= 15)
                // Those that others refer to come first, so that it could be read in again.
                #expect(counts.first?.table == "tenants")
                await #expect(throws: StorageError.self) {
                    try await PostgresTenantExport(stores.api).write(Stores.stranger, at: Stores.start) { _ in }
                }
            }
        }

        @Test func `an export whose reader fails leaves the connection usable`() async throws {
            struct Full: Error {}
            try await withStores { stores in
                await #expect(throws: Full.self) {
                    try await PostgresTenantExport(stores.api).write(.initial, at: Stores.start) { _ in throw Full() }
                }
                let rows = try await stores.api.query("select 1")
                #expect(rows.count == 1)
            }
        }
    }
}

private actor Lines {
    private(set) var all: [String] = []
    func add(_ line: String) { all.append(line) }
}
