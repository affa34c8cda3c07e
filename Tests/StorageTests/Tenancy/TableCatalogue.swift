import PatchbayPostgres

/// The tables as the database knows them, so that one that comes later is looked at without anybody thinking of it.
struct TableCatalogue {
    struct Table {
        var name: String
        var isPart: Bool
    }

    /// Tables of tenants' data, parts of the journal too.
    let tables: [Table]

    init(_ pool: PostgresPool) async throws {
        tables = try await pool.query(
            """
            select c.relname::text as name, c.relispartition as is_part
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                and a.attname = 'tenant_id' and not a.attisdropped
            order by c.relname
            """
        ).map { Table(name: try $0.text("name"), isPart: try $0.bool("is_part")) }
    }

    /// Puts a row of the tenant into each table, whatever its columns are. As a superuser; without checks and
    /// references.
    static func fill(_ pool: PostgresPool, tenant: String) async throws {
        let catalogue = try await TableCatalogue(pool)
        try await pool.withTransaction { connection in
            _ = try await connection.query("set local session_replication_role = replica")
            for table in catalogue.tables where !table.isPart {
                try await dropChecks(of: table.name, over: connection)
                let columns = try await connection.query(Self.selectColumns, [.text(table.name)])
                let names = try columns.map { try $0.text("name") }.joined(separator: ", ")
                let values = try columns.map { column in
                    try column.text("name") == "tenant_id"
                        ? "'\(tenant)'::uuid" : sample(column.text("type"), of: table.name)
                }.joined(separator: ", ")
                _ = try await connection.query("insert into \(table.name) (\(names)) values (\(values))")
            }
        }
    }

    private static func dropChecks(of table: String, over connection: PostgresConnection) async throws {
        let checks = try await connection.query(
            """
            select conname::text as name from pg_constraint
            where contype = 'c' and conrelid = $1::text::regclass and coninhcount = 0
            """, [.text(table)])
        for check in checks {
            _ = try await connection.query("alter table \(table) drop constraint \(check.text("name"))")
        }
    }

    private static let selectColumns = """
        select attname::text as name, format_type(atttypid, null) as type from pg_attribute
        where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
            and (attnotnull or attname = 'tenant_id')
        order by attnum
        """

    private struct UnknownType: Error {
        var type: String
        var table: String
    }

    private static func sample(_ type: String, of table: String) throws -> String {
        switch type {
        case "uuid": "gen_random_uuid()"
        case "text", "character varying": "gen_random_uuid()::text"
        case "bytea": "sha256(gen_random_uuid()::text::bytea)"
        case "smallint", "integer", "bigint", "numeric", "double precision", "real": "1"
        case "boolean": "false"
        case "json", "jsonb": "'{}'"
        case "timestamp with time zone": "now()"
        case "date": "current_date"
        case "xid8": "pg_current_xact_id()"
        case "text[]", "uuid[]", "bytea[]": "'{}'"
        default: throw UnknownType(type: type, table: table)
        }
    }
}
