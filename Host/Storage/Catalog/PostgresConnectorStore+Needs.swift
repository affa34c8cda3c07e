package import PatchbayCore
import PatchbayPostgres

/// Who needs a connector version, and what nobody does.
extension PostgresConnectorStore {
    package func needs(of pin: ConnectorPin, limit: Int) async throws -> ConnectorNeeds {
        try Self.needs(try await pool.pipeline(Self.questions(about: pin, limit: limit)))
    }

    package func remove(_ pin: ConnectorPin, by: String, at: Timestamp) async throws -> ConnectorRemoval {
        try await pool.transaction { connection in
            let place: [PostgresValue] = [.words(pin.connector), .words(pin.version.description)]
            let found = try await connection.query(Self.selectForUpdate, place)
            guard !found.isEmpty else { return .notInstalled }
            let needs = try Self.needs(try await connection.pipeline(Self.questions(about: pin, limit: 20)))
            guard needs.isEmpty else { return .needed(needs) }
            let results = try await connection.pipeline([
                PostgresStatement(Self.markRemoved, place + [.moment(at), .words(by)]),
                PostgresStatement(Self.deletePackages),
                Self.tell,
            ])
            return .removed(try Self.installation(results[0].one()))
        }
    }

    private static let selectForUpdate = """
        select state from connector_versions where connector = $1 and version = $2 and state <> 'removed' for update
        """

    private static let markRemoved = """
        update connector_versions set state = 'removed', changed_at = $3, changed_by = $4
        where connector = $1 and version = $2
        returning \(columns)
        """

    private static let deletePackages = """
        delete from connector_packages p where not exists (
            select from connector_versions v where v.digest = p.digest and v.state <> 'removed')
        """

    private static func questions(about pin: ConnectorPin, limit: Int) -> [PostgresStatement] {
        let parameters: [PostgresValue] = [.words(pin.description), .number(limit)]
        return [PostgresStatement(selectWorkflows, parameters), PostgresStatement(selectRuns, parameters)]
    }

    private static let workflows = """
        from workflows w join workflow_versions v
            on v.tenant_id = w.tenant_id and v.workflow_id = w.workflow_id and v.version = w.version
        where w.deleted_at is null
        """

    private static let workflowColumns = """
        w.tenant_id, w.workflow_id, w.name, w.version::bigint as version, array_to_string(v.pins, ',') as pins
        """

    private static let selectWorkflows = """
        select \(workflowColumns), count(*) over () as total \(workflows) and v.pins @> array[$1::text]
        order by w.workflow_id desc limit $2
        """

    private static let selectRuns = """
        select r.run_id, count(*) over () as total from runs r join workflow_versions v
            on v.tenant_id = r.tenant_id and v.workflow_id = r.workflow_id and v.version = r.version
        where r.status in ('queued', 'running') and v.pins @> array[$1::text]
        order by r.run_id desc limit $2
        """

    private static func needs(_ results: [PostgresRows]) throws -> ConnectorNeeds {
        try ConnectorNeeds(
            workflows: results[0].map(workflow), workflowCount: results[0].first?.number("total") ?? 0,
            runs: results[1].map { try $0.id("run_id") }, runCount: results[1].first?.number("total") ?? 0)
    }

    package func users(
        of connector: String, in tenant: TenantID, limit: Int
    ) async throws -> [ConnectorNeeds.Workflow] {
        try await pool.rows(Self.selectUsers, [.id(tenant), .words(connector + "@"), .number(limit)], in: tenant)
            .map(Self.workflow)
    }

    private static let selectUsers = """
        select \(workflowColumns) \(workflows)
            and w.tenant_id = $1 and exists (select from unnest(v.pins) as pin where starts_with(pin, $2))
        order by w.workflow_id desc limit $3
        """

    private static func workflow(_ row: PostgresRow) throws -> ConnectorNeeds.Workflow {
        try ConnectorNeeds.Workflow(
            id: row.id("workflow_id"), tenant: row.id("tenant_id"), name: row.text("name"),
            version: row.number("version"),
            pins: row.text("pins").split(separator: ",").compactMap { ConnectorPin(String($0)) })
    }
}
