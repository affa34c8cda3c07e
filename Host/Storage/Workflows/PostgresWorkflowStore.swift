package import PatchbayCore
package import PatchbayJSON
package import PatchbayPostgres

/// Workflows, their versions and their webhooks in PostgreSQL.
package struct PostgresWorkflowStore: WorkflowStore {
    let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func create(_ record: WorkflowRecord, document: JSON, webhooks: [WebhookRecord]) async throws {
        try await pool.transaction(in: record.tenant) { connection in
            try await Self.create(record, document: document, webhooks: webhooks, over: connection)
        }
    }

    /// Within a transaction of the record's tenant, with what else belongs to it.
    static func create(
        _ record: WorkflowRecord, document: JSON, webhooks: [WebhookRecord], over connection: PostgresConnection
    ) async throws {
        try await Self.admit(record, over: connection)
        try await Self.limitingTriggers(of: document, in: record.tenant, over: connection) {
            _ = try await connection.pipeline(
                [
                    PostgresStatement(
                        Self.insert,
                        [
                            .id(record.tenant), .id(record.id), .words(record.name), .words(record.about),
                            .word(record.status), .number(record.version), .moment(record.createdAt),
                            .moment(record.updatedAt),
                        ]),
                    PostgresStatement(
                        Self.insertVersion,
                        [
                            .id(record.tenant), .id(record.id), .number(record.version), .document(document),
                            .moment(record.createdAt),
                        ]),
                ] + Self.declaring(document, of: record.id, in: record.tenant, at: record.createdAt)
                    + Self.declaringPolls(of: document, record.id, in: record.tenant, at: record.createdAt)
                    + Self.declaringSubscriptions(of: document, record.id, in: record.tenant, at: record.createdAt))
        }
        try await Self.insert(webhooks, over: connection)
    }

    /// Throws `TenantRefusal` when the tenant has as many as it may have. Two who save at once come one after the other.
    private static func admit(_ record: WorkflowRecord, over connection: PostgresConnection) async throws {
        let answers = try await connection.pipeline([
            PostgresStatement(lockTenant, [.id(record.tenant)]), PostgresStatement(count, [.id(record.tenant)]),
        ])
        guard let tenant = answers[0].first else { throw TenantRefusal.notActive(.deleting) }
        let state: TenantRecord.State = try tenant.word("state")
        guard state == .active else { throw TenantRefusal.notActive(state) }
        guard let most = try tenant.present("max_workflows", tenant.int).map(Int.init) else { return }
        let used = try answers[1].one().number("workflows")
        guard used < most else { throw TenantRefusal.exhausted(.workflows, used: used, most: most) }
    }

    /// Against others who do this; not against those who refer to the tenant.
    private static let lockTenant = """
        select state, max_workflows from tenants where tenant_id = $1 for no key update
        """

    private static let count = """
        select count(*) as workflows from workflows where tenant_id = $1 and deleted_at is null
        """

    static let insert = """
        insert into workflows (tenant_id, workflow_id, name, about, status, version, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """

    static let insertVersion = """
        insert into workflow_versions (tenant_id, workflow_id, version, document, created_at)
        values ($1, $2, $3, $4, $5)
        """

    package func update(
        _ id: WorkflowID, in tenant: TenantID, name: String, about: String, document: JSON,
        webhooks: [WebhookRecord], expecting: Int?, at: Timestamp
    ) async throws -> WorkflowRecord? {
        try await pool.transaction(in: tenant) { connection in
            try await Self.update(
                id, in: tenant, name: name, about: about, document: document, webhooks: webhooks, expecting: expecting,
                at: at, over: connection)
        }
    }

    static func update(
        _ id: WorkflowID, in tenant: TenantID, name: String, about: String, document: JSON,
        webhooks: [WebhookRecord], expecting: Int?, at: Timestamp, over connection: PostgresConnection
    ) async throws -> WorkflowRecord? {
        guard let row = try await connection.query(Self.lock, [.id(tenant), .id(id)]).first else { return nil }
        let current = try row.number("version")
        if let expecting, expecting != current {
            throw StoreConflict.versionMoved(expected: expecting, current: current)
        }
        let results = try await Self.limitingTriggers(of: document, in: tenant, over: connection) {
            try await connection.pipeline(
                [
                    PostgresStatement(
                        Self.advance,
                        [.id(tenant), .id(id), .words(name), .words(about), .number(current + 1), .moment(at)]),
                    PostgresStatement(
                        Self.insertVersion,
                        [.id(tenant), .id(id), .number(current + 1), .document(document), .moment(at)]),
                    PostgresStatement(
                        Self.deleteUndeclared,
                        [.id(tenant), .id(id), .array(.text, webhooks.map { .words($0.endpoint) })]),
                ] + Self.declaring(document, of: id, in: tenant, at: at)
                    + Self.declaringPolls(of: document, id, in: tenant, at: at)
                    + Self.declaringSubscriptions(of: document, id, in: tenant, at: at))
        }
        try await Self.insert(webhooks, over: connection)
        return try Self.record(results[0].one())
    }

    static let lock = """
        select version from workflows where tenant_id = $1 and workflow_id = $2 and deleted_at is null for update
        """

    static let advance = """
        update workflows set name = $3, about = $4, version = $5, updated_at = $6
        where tenant_id = $1 and workflow_id = $2
        returning \(columns)
        """

    package func delete(
        _ id: WorkflowID, in tenant: TenantID, expecting: Int?, at: Timestamp
    ) async throws -> Bool {
        try await pool.transaction(in: tenant) { connection in
            try await Self.delete(id, in: tenant, expecting: expecting, at: at, over: connection)
        }
    }

    static func delete(
        _ id: WorkflowID, in tenant: TenantID, expecting: Int?, at: Timestamp, over connection: PostgresConnection
    ) async throws -> Bool {
        guard let row = try await connection.query(Self.lock, [.id(tenant), .id(id)]).first else { return false }
        let current = try row.number("version")
        if let expecting, expecting != current {
            throw StoreConflict.versionMoved(expected: expecting, current: current)
        }
        _ = try await connection.pipeline([
            PostgresStatement(Self.markDeleted, [.id(tenant), .id(id), .moment(at)]),
            PostgresStatement(Self.deleteWebhooks, [.id(tenant), .id(id)]),
            PostgresStatement(Self.deleteSchedules, [.id(tenant), .id(id)]),
            PostgresStatement(Self.deletePolls, [.id(tenant), .id(id)]),
            PostgresStatement(Self.endSubscriptions, [.id(tenant), .id(id), .moment(at)]),
        ])
        return true
    }

    static let markDeleted = """
        update workflows set deleted_at = $3, updated_at = $3
        where tenant_id = $1 and workflow_id = $2 and deleted_at is null
        """

    package func workflow(_ id: WorkflowID, in tenant: TenantID) async throws -> WorkflowRecord? {
        try await pool.rows(Self.select, [.id(tenant), .id(id)], in: tenant, isPrepared: true).first.map(Self.record)
    }

    static let select = """
        select \(columns) from workflows where tenant_id = $1 and workflow_id = $2 and deleted_at is null
        """

    package func workflows(in tenant: TenantID, page: PageRequest) async throws -> Page<WorkflowRecord> {
        let rows = try await pool.rows(
            Self.list, [.id(tenant), page.cursor(WorkflowTag.self), page.reach], in: tenant)
        return try page.page(of: rows) { row in
            let record = try Self.record(row)
            return (record, record.id.description)
        }
    }

    static let list = """
        select \(columns) from workflows
        where tenant_id = $1 and deleted_at is null and ($2::uuid is null or workflow_id < $2)
        order by workflow_id desc limit $3
        """

    static let columns = "tenant_id, workflow_id, name, about, status, version, created_at, updated_at"

    static func record(_ row: PostgresRow) throws -> WorkflowRecord {
        try WorkflowRecord(
            id: row.id("workflow_id"), tenant: row.id("tenant_id"), name: row.text("name"), about: row.text("about"),
            status: row.word("status"), version: row.number("version"), createdAt: row.moment("created_at"),
            updatedAt: row.moment("updated_at"))
    }
}
