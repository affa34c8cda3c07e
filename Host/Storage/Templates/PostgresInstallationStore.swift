package import PatchbayCore
package import PatchbayJSON
package import PatchbayPostgres

/// Installations of templates in PostgreSQL: each change of one is a change of its workflow too, in one transaction.
package struct PostgresInstallationStore: InstallationStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func install(
        _ installation: TemplateInstallation, workflow: WorkflowRecord, document: JSON, webhooks: [WebhookRecord]
    ) async throws {
        try await pool.transaction(in: installation.tenant) { connection in
            try await PostgresWorkflowStore.create(workflow, document: document, webhooks: webhooks, over: connection)
            _ = try await connection.query(
                Self.insert,
                Self.parameters(of: installation) + [
                    .words(installation.installedBy), .moment(installation.installedAt),
                    .moment(installation.updatedAt),
                ])
            _ = try await connection.query(Self.have, Self.having(installation))
            // Last, since it is the one row that all who install a template write.
            _ = try await connection.query(
                Self.count, Self.counting(installation.template, 1, at: installation.installedAt))
        }
    }

    private static func parameters(of installation: TemplateInstallation) -> [PostgresValue] {
        [
            .id(installation.tenant), .id(installation.id), .id(installation.template), .id(installation.workflow),
            .document(installation.base.json), .optional(installation.previous?.json, PostgresValue.document),
        ]
    }

    private static let insert = """
        insert into template_installations (
            tenant_id, installation_id, template_id, workflow_id, base, previous, installed_by, installed_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """

    /// Stays when the installation goes: who has had a template may say what they think of it.
    private static let have = """
        insert into template_installers (tenant_id, template_id, version) values ($1, $2, $3)
        on conflict (tenant_id, template_id) do update set version = excluded.version
        """

    private static func having(_ installation: TemplateInstallation) -> [PostgresValue] {
        [.id(installation.tenant), .id(installation.template), .words(installation.base.version.description)]
    }

    private static let count = """
        with listing as (
            update template_listings set active = greatest(active + $2 - $3, 0), installs = installs + $2
            where template_id = $1 returning active
        )
        insert into template_days as d (template_id, day, installs, uninstalls, active)
        select $1, date '1970-01-01' + $4::int, $2, $3, active from listing
        on conflict (template_id, day) do update set installs = d.installs + excluded.installs,
            uninstalls = d.uninstalls + excluded.uninstalls, active = excluded.active
        """

    /// One more, or one fewer, for the list and for the day.
    private static func counting(_ template: TemplateID, _ change: Int, at moment: Timestamp) -> [PostgresValue] {
        [.id(template), .number(max(change, 0)), .number(max(-change, 0)), .int(moment.daysSinceEpoch)]
    }

    package func update(
        _ installation: TemplateInstallation, name: String, about: String, document: JSON, webhooks: [WebhookRecord],
        expecting: Int, at: Timestamp
    ) async throws -> WorkflowRecord? {
        try await pool.transaction(in: installation.tenant) { connection in
            // Before the workflow, as whoever uninstalls it does.
            let known = try await connection.query(Self.lock, [.id(installation.tenant), .id(installation.id)])
            guard !known.isEmpty else { return nil }
            let record = try await PostgresWorkflowStore.update(
                installation.workflow, in: installation.tenant, name: name, about: about, document: document,
                webhooks: webhooks, expecting: expecting, at: at, over: connection)
            guard let record else { return nil }
            _ = try await connection.query(Self.change, Self.parameters(of: installation) + [.moment(at)])
            _ = try await connection.query(Self.have, Self.having(installation))
            return record
        }
    }

    private static let lock = """
        select 1 from template_installations where tenant_id = $1 and installation_id = $2 for update
        """

    private static let change = """
        update template_installations set template_id = $3, workflow_id = $4, base = $5, previous = $6, updated_at = $7
        where tenant_id = $1 and installation_id = $2
        """

    package func uninstall(_ id: InstallationID, in tenant: TenantID, at: Timestamp) async throws -> Bool {
        try await pool.transaction(in: tenant) { connection in
            guard let row = try await connection.query(Self.remove, [.id(tenant), .id(id)]).first else { return false }
            // Whoever has deleted the workflow before has done this part.
            _ = try await PostgresWorkflowStore.delete(
                try row.id("workflow_id"), in: tenant, expecting: nil, at: at, over: connection)
            let template: TemplateID = try row.id("template_id")
            _ = try await connection.query(Self.count, Self.counting(template, -1, at: at))
            return true
        }
    }

    private static let remove = """
        delete from template_installations where tenant_id = $1 and installation_id = $2
        returning template_id, workflow_id
        """

    package func installation(_ id: InstallationID, in tenant: TenantID) async throws -> TemplateInstallation? {
        try await pool.rows(Self.select, [.id(tenant), .id(id)], in: tenant).first.map(Self.installation)
    }

    private static let select = """
        select * from template_installations where tenant_id = $1 and installation_id = $2
        """

    package func installations(in tenant: TenantID, page: PageRequest) async throws -> Page<TemplateInstallation> {
        let rows = try await pool.rows(
            Self.list, [.id(tenant), page.cursor(InstallationTag.self), page.reach], in: tenant)
        return try page.page(of: rows) { row in
            let installation = try Self.installation(row)
            return (installation, installation.id.description)
        }
    }

    private static let list = """
        select * from template_installations
        where tenant_id = $1 and ($2::uuid is null or installation_id < $2)
        order by installation_id desc limit $3
        """

    private static func installation(_ row: PostgresRow) throws -> TemplateInstallation {
        guard let base = TemplateInstallation.Base(try row.document("base")) else {
            throw StorageError(description: "column base holds what this version does not know")
        }
        // The bytes say whether there is one; reading them is another step.
        let hasPrevious = try row.present("previous", row.json) != nil
        let previous: JSON? = if hasPrevious { try row.document("previous") } else { nil }
        return try TemplateInstallation(
            id: row.id("installation_id"), tenant: row.id("tenant_id"), template: row.id("template_id"),
            workflow: row.id("workflow_id"), base: base,
            previous: previous.flatMap { TemplateInstallation.Previous($0) },
            installedBy: row.text("installed_by"), installedAt: row.moment("installed_at"),
            updatedAt: row.moment("updated_at"))
    }
}

extension TemplateInstallation.Base {
    fileprivate var json: JSON {
        [
            "version": .string(version.description), "parameters": parameters, "credentials": credentials,
            "document": document,
        ]
    }

    fileprivate init?(_ stored: JSON) {
        guard let version = stored["version"]?.string.flatMap({ Version($0) }), let document = stored["document"] else {
            return nil
        }
        self.init(
            version: version, parameters: stored["parameters"] ?? [:], credentials: stored["credentials"] ?? [:],
            document: document)
    }
}

extension TemplateInstallation.Previous {
    fileprivate var json: JSON { ["base": base.json, "workflow_version": .int(Int64(workflowVersion))] }

    fileprivate init?(_ stored: JSON) {
        guard let base = stored["base"].flatMap({ TemplateInstallation.Base($0) }),
            let version = stored["workflow_version"]?.int
        else { return nil }
        self.init(base: base, workflowVersion: Int(version))
    }
}
