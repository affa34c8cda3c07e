package import PatchbayCore
package import PatchbayPostgres

/// Reads the audit log, within one tenant at a time by the database's own rules.
package struct PostgresAuditTrail: AuditTrail {
    /// Records that are read in one go.
    private static let portion = 500

    private let pool: PostgresPool
    private let log: PostgresAuditLog?

    /// - Parameters:
    ///   - pool: That of the API's role.
    ///   - log: What this process writes; all of it is seen.
    package init(_ pool: PostgresPool, of log: PostgresAuditLog? = nil) {
        self.pool = pool
        self.log = log
    }

    package func records(
        in tenant: TenantID?, _ filter: AuditFilter, page: PageRequest
    ) async throws -> Page<AuditRecord> {
        let chain = tenant ?? .installation
        try await log?.settle()
        let rows = try await pool.rows(
            Self.list, Self.parameters(chain, filter) + [page.numericCursor(), page.reach], in: chain)
        return try page.page(of: rows) { row in
            let record = try Self.record(row)
            return (record, String(record.sequence))
        }
    }

    private static let list = """
        select \(columns) from audit_events where \(conditions) and ($9::bigint is null or sequence < $9)
        order by sequence desc limit $10
        """

    package func records(
        in tenant: TenantID?, _ filter: AuditFilter, behind last: Int, through end: Int
    ) async throws -> [AuditRecord] {
        let chain = tenant ?? .installation
        return try await pool.rows(
            Self.forwards, Self.parameters(chain, filter) + [.number(last), .number(Self.portion), .number(end)],
            in: chain
        ).map(Self.record)
    }

    package func head(of tenant: TenantID?) async throws -> AuditHead? {
        try await log?.settle()
        let chain = tenant ?? .installation
        return try await pool.rows(Self.selectHead, [.id(chain)], in: chain).first.map(Self.head)
    }

    private static func head(_ row: PostgresRow) throws -> AuditHead {
        try AuditHead(sequence: row.number("sequence"), hash: row.bytes("hash"))
    }

    private static let forwards = """
        select \(columns) from audit_events where \(conditions) and sequence > $9 and sequence <= $11
        order by sequence limit $10
        """

    private static let columns = "sequence, content, previous, hash"

    private static let conditions = """
        tenant_id = $1 and ($2::text is null or actor = $2 or account = $2) and ($3::text is null or event = $3)
            and ($4::text is null or resource_id = $4) and ($5::text is null or resource_type = $5)
            and ($6::text is null or outcome = $6) and ($7::timestamptz is null or at >= $7)
            and ($8::timestamptz is null or at < $8)
        """

    private static func parameters(_ chain: TenantID, _ filter: AuditFilter) -> [PostgresValue] {
        [
            .id(chain), .optional(filter.actor, PostgresValue.words),
            .optional(filter.action?.rawValue, PostgresValue.words), .optional(filter.resource, PostgresValue.words),
            .optional(filter.resourceKind, PostgresValue.words), .optional(filter.outcome, PostgresValue.word),
            .optional(filter.from, PostgresValue.moment), .optional(filter.to, PostgresValue.moment),
        ]
    }

    private static func record(_ row: PostgresRow) throws -> AuditRecord {
        try AuditRecord(
            sequence: row.number("sequence"), content: row.bytes("content"), previous: row.bytes("previous"),
            hash: row.bytes("hash"))
    }

    package func verify(_ tenant: TenantID?, anchor: AuditHead?) async throws -> AuditVerdict {
        try await log?.settle()
        let id = tenant ?? .installation
        return try await pool.transaction(in: id) { connection in
            _ = try await connection.query("set transaction isolation level repeatable read, read only")
            var chain = AuditChain(of: id, anchor: anchor)
            let head = try await connection.query(Self.selectHead, [.id(id)]).first.map(Self.head)
            while true {
                let rows = try await connection.query(
                    Self.selectChain, [.id(id), .number(chain.end.sequence), .number(Self.portion)])
                for row in rows {
                    if let flaw = chain.follow(try Self.row(row)) {
                        return AuditVerdict(tenant: tenant, count: chain.count, head: head, flaw: flaw)
                    }
                }
                if rows.count < Self.portion { break }
            }
            return AuditVerdict(tenant: tenant, count: chain.count, head: head, flaw: chain.finish(head))
        }
    }

    private static let selectHead = "select sequence, hash from audit_heads where tenant_id = $1"

    /// What was put before the first record is among it, as something that does not belong there.
    private static let selectChain = """
        select \(columns), event, outcome, actor, account, resource_type, resource_id,
            (extract(epoch from at) * 1000000)::bigint as at_microseconds
        from audit_events where tenant_id = $1 and ($2 = 0 or sequence > $2) order by sequence limit $3
        """

    private static func row(_ row: PostgresRow) throws -> AuditChain.Row {
        try AuditChain.Row(record: record(row), labels: AuditLabels(row), at: row.int("at_microseconds"))
    }

    /// Every chain that there is anything of, the installation's own (nil) first. `pool`: that of the engine's role, which
    /// sees all tenants.
    package static func chains(_ pool: PostgresPool) async throws -> [TenantID?] {
        try await pool.rows(Self.selectChains, []).map { row in
            let id = try row.id("tenant_id", of: TenantTag.self)
            return id == .installation ? TenantID?.none : id
        }
    }

    /// From one tenant to the next, not over all events. A head whose events are gone, and events whose head is, count.
    private static let selectChains = """
        with recursive chains as (
            (select tenant_id from audit_events order by tenant_id limit 1)
            union all
            select (
                select e.tenant_id from audit_events e where e.tenant_id > c.tenant_id order by e.tenant_id limit 1)
            from chains c where c.tenant_id is not null
        )
        select tenant_id from chains where tenant_id is not null
        union select tenant_id from audit_heads order by tenant_id
        """
}
