package import PatchbayCore
import PatchbayJSON
package import PatchbayPostgres

/// The tenants of an installation in PostgreSQL. Its pool is the engine's: requests of a tenant see no other.
package struct PostgresTenantStore: TenantStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func create(_ tenant: TenantRecord) async throws {
        _ = try await pool.pipeline([
            PostgresStatement(
                Self.insert,
                [.id(tenant.id), .words(tenant.name), .moment(tenant.createdAt), .word(tenant.state)]
                    + Self.limits(tenant.quotas)),
            Self.share(of: tenant.id, tenant.quotas),
        ])
    }

    private static let insert = """
        insert into tenants (
            tenant_id, name, created_at, state, max_workflows, max_runs_a_month, max_storage_bytes,
            max_triggers, rates)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """

    private static func limits(_ quotas: TenantQuotas) -> [PostgresValue] {
        [quotas.workflows, quotas.runsAMonth, quotas.storageBytes, quotas.triggers].map {
            .optional($0, PostgresValue.number)
        } + [.document(quotas.rates.stored)]
    }

    private static func share(of id: TenantID, _ quotas: TenantQuotas) -> PostgresStatement {
        PostgresStatement(setConcurrency, [.id(id), .optional(quotas.concurrency, PostgresValue.number)])
    }

    /// Nothing is stored about a tenant without a limit that has none yet: then claims have less to look at.
    private static let setConcurrency = """
        insert into tenant_shares as s (tenant_id, concurrency)
        select $1, $2::bigint where $2::bigint is not null or exists (select from tenant_shares where tenant_id = $1)
        on conflict (tenant_id) do update set concurrency = excluded.concurrency
        """

    package func tenant(_ id: TenantID) async throws -> TenantRecord? {
        try await pool.rows(Self.select, [.id(id)]).first.map(Self.record)
    }

    private static let select = "select \(columns) where t.tenant_id = $1"

    package func tenants(page: PageRequest) async throws -> Page<TenantRecord> {
        let rows = try await pool.rows(Self.list, [page.cursor(TenantTag.self), page.reach])
        return try page.page(of: rows) { row in
            let record = try Self.record(row)
            return (record, record.id.description)
        }
    }

    private static let list = """
        select \(columns) where $1::uuid is null or t.tenant_id < $1 order by t.tenant_id desc limit $2
        """

    private static let columns = """
        t.tenant_id, t.name, t.state, t.created_at, t.max_workflows, t.max_runs_a_month, t.max_storage_bytes, t.max_triggers,
        s.concurrency, t.rates
        from tenants t left join tenant_shares s on s.tenant_id = t.tenant_id
        """

    private static func record(_ row: PostgresRow) throws -> TenantRecord {
        func limit(_ column: String) throws -> Int? { try row.present(column, row.int).map(Int.init) }
        return try TenantRecord(
            id: row.id("tenant_id"), name: row.text("name"), state: row.word("state"),
            quotas: TenantQuotas(
                workflows: limit("max_workflows"), runsAMonth: limit("max_runs_a_month"),
                concurrency: limit("concurrency"), storageBytes: limit("max_storage_bytes"),
                triggers: limit("max_triggers"),
                rates: RateLimits(stored: row.document("rates"))),
            createdAt: row.moment("created_at"))
    }

    package func rename(_ id: TenantID, to name: String) async throws -> Bool {
        try await pool.rows(Self.setName, [.id(id), .words(name)]).affected > 0
    }

    private static let setName = "update tenants set name = $2 where tenant_id = $1"

    package func set(_ quotas: TenantQuotas, of id: TenantID) async throws -> Bool {
        try await pool.transaction { connection in
            let changed = try await connection.query(Self.setLimits, [.id(id)] + Self.limits(quotas)).affected > 0
            if changed { _ = try await connection.pipeline([Self.share(of: id, quotas)]) }
            return changed
        }
    }

    private static let setLimits = """
        update tenants set max_workflows = $2, max_runs_a_month = $3, max_storage_bytes = $4, max_triggers = $5, rates = $6
        where tenant_id = $1
        """

    package func setSuspended(_ isSuspended: Bool, _ id: TenantID) async throws -> Bool {
        let state: TenantRecord.State = isSuspended ? .suspended : .active
        return try await pool.transaction { connection in
            let changed = try await connection.query(Self.setState, [.id(id), .word(state)]).affected > 0
            if changed { _ = try await connection.query(Self.markSuspended, [.id(id), .bool(isSuspended)]) }
            return changed
        }
    }

    private static let setState = "update tenants set state = $2 where tenant_id = $1 and state <> 'deleting'"

    /// For claims.
    static let markSuspended = """
        insert into tenant_shares (tenant_id, is_suspended) values ($1, $2)
        on conflict (tenant_id) do update set is_suspended = excluded.is_suspended
        """

    package func close(_ id: TenantID) async throws -> Bool {
        try await pool.transaction { connection in
            let isThere = try await connection.query(Self.setClosed, [.id(id)]).affected > 0
            if isThere { _ = try await connection.query(Self.markSuspended, [.id(id), .bool(true)]) }
            return isThere
        }
    }

    private static let setClosed = "update tenants set state = 'deleting' where tenant_id = $1"

    /// Those whose end has begun, oldest first.
    package func closed() async throws -> [TenantID] {
        try await pool.rows(Self.selectClosed, []).map { try $0.id("tenant_id") }
    }

    private static let selectClosed = """
        select tenant_id from tenants where state = 'deleting' order by tenant_id limit 100
        """

    package func usage(of id: TenantID, from: Timestamp, through: Timestamp) async throws -> [TenantUsage] {
        try await pool.rows(Self.selectUsage, [.id(id), .int(from.day), .int(through.day)]).map { row in
            try TenantUsage(
                day: row.text("day"), runs: row.number("runs"), steps: row.number("steps"), bytes: row.number("bytes"))
        }
    }

    private static let selectUsage = """
        select day::text as day, sum(runs)::bigint as runs, sum(steps)::bigint as steps, sum(bytes)::bigint as bytes
        from tenant_usage
        where tenant_id = $1 and day >= date '1970-01-01' + $2::int and day <= date '1970-01-01' + $3::int
        group by day order by day
        """
}
