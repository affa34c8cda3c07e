import PatchbayPostgres

/// The tables that hold tenants' data, by the catalogue, so that one that comes later is among them. The journal is one
/// table, whatever parts it has.
struct TenantTables {
    /// Those that others refer to come first.
    let parentsFirst: [String]
    var childrenFirst: [String] { parentsFirst.reversed() }

    init(over connection: PostgresConnection) async throws {
        // Those that Citus leaves on one server refer to nothing, and nothing to them.
        let apart = try await connection.query(Self.select).map { try $0.text("name") }
        let ordered = try await PostgresDistribution.plan(over: connection).tables.map(\.name)
        let known = Set(apart)
        parentsFirst = ordered.filter(known.contains) + apart.filter { !ordered.contains($0) }
    }

    private static let select = """
        select c.relname::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            and a.attname = 'tenant_id' and not a.attisdropped
        order by 1
        """
}
