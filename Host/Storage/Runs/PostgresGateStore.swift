package import PatchbayCore
package import PatchbayPostgres

/// What workers know of the services that connectors call, in PostgreSQL.
package struct PostgresGateStore: GateStore {
    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    package func publish(_ gates: [GateRecord]) async throws {
        let sorted = gates.sorted { Self.order($0.key) < Self.order($1.key) }
        _ = try await pool.rows(
            Self.upsert,
            [
                .array(.uuid, sorted.map { .id($0.key.tenant) }),
                .array(.text, sorted.map { .words($0.key.connector) }),
                .array(.text, sorted.map { .words($0.key.version) }),
                .array(.text, sorted.map { .words($0.key.credential) }), .array(.text, sorted.map { .word($0.state) }),
                .array(.timestamp, sorted.map { .optional($0.until, PostgresValue.moment) }),
                .array(.int, sorted.map { .number($0.calls) }), .array(.int, sorted.map { .number($0.failures) }),
                .array(.timestamp, sorted.map { .moment($0.since) }),
            ])
    }

    /// In one order, so that two workers never wait for each other in a circle.
    private static func order(_ key: GateKey) -> (TenantID, String, String, String) {
        (key.tenant, key.connector, key.version, key.credential)
    }

    private static let upsert = """
        insert into connector_gates (tenant_id, connector, version, credential, state, until, calls, failures, since)
        select told.* from unnest(
            $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bigint[], $8::bigint[],
            $9::timestamptz[]) as told (tenant_id, connector, version, credential, state, until, calls, failures, since)
        where exists (select from tenants t where t.tenant_id = told.tenant_id)
        on conflict (tenant_id, connector, version, credential) do update
        set state = excluded.state, until = excluded.until, calls = excluded.calls, failures = excluded.failures,
            since = excluded.since
        """

    package func shut(at moment: Timestamp) async throws -> [GateRecord] {
        try await pool.rows(Self.selectShut, [.moment(moment)]).map(Self.record)
    }

    private static let selectShut = "select \(columns) from connector_gates where until > $1"

    package func gates(in tenant: TenantID) async throws -> [GateRecord] {
        try await pool.rows(Self.list, [.id(tenant)], in: tenant).map(Self.record)
    }

    private static let list = """
        select \(columns) from connector_gates where tenant_id = $1
        order by since desc, connector, version, credential limit 200
        """

    private static let columns = "tenant_id, connector, version, credential, state, until, calls, failures, since"

    private static func record(_ row: PostgresRow) throws -> GateRecord {
        try GateRecord(
            key: GateKey(
                tenant: row.id("tenant_id"), connector: row.text("connector"), version: row.text("version"),
                credential: row.text("credential")),
            state: row.word("state"), until: row.optionalMoment("until"), calls: row.number("calls"),
            failures: row.number("failures"), since: row.moment("since"))
    }
}
