package import PatchbayPostgres

/// Prepares a database for Citus: looks at its tables, and spreads them.
package struct PostgresDistribution: Sendable {
    /// The oldest Citus whose functions are called as here.
    package static let oldest = 12
    /// Milliseconds that moving one table may take.
    private static let patience: Int64 = 24 * 3_600_000

    private let target: PostgresTarget

    package init(_ target: PostgresTarget) {
        var target = target
        target.statementTimeout = Self.patience
        self.target = target
    }

    /// What is to be done, by the catalogue. Needs no extension.
    package func plan() async throws -> Distribution {
        let connection = try await PostgresConnection.connect(to: target)
        let distribution = try await Self.plan(over: connection)
        await connection.close()
        return distribution
    }

    /// Why Citus cannot be used here; nil when it can.
    package func obstacle() async throws -> String? {
        let connection = try await PostgresConnection.connect(to: target)
        let row = try await connection.query(Self.selectCitus).one()
        await connection.close()
        let (installed, offered) = try (row.text("installed"), row.text("offered"))
        let server = "PostgreSQL \(try row.text("server"))"
        guard !installed.isEmpty else {
            return offered.isEmpty
                ? "\(server) here has no extension citus; it needs Citus \(Self.oldest) or later. Install it on every "
                    + "server, add citus to shared_preload_libraries, restart, and run: create extension citus"
                : "\(server) here offers Citus \(offered), and this database does not use it. Run in it, as a superuser: "
                    + "create extension citus"
        }
        guard let major = Int(installed.prefix { $0 != "." && $0 != "-" }), major >= Self.oldest else {
            return "this database has Citus \(installed), and needs Citus \(Self.oldest) or later. Update it on every "
                + "server, and run: alter extension citus update"
        }
        return nil
    }

    /// Spreads the tables that are not spread yet, one after the other; answers their names. What an earlier attempt left
    /// undone is done by the next. Throws when the tables are not fit for it, before anything is changed.
    package func distribute() async throws -> [String] {
        let connection = try await PostgresConnection.connect(to: target)
        let distribution = try await Self.plan(over: connection)
        if let problem = distribution.problems.first {
            throw StorageError(description: "the tables cannot be distributed: \(problem)")
        }
        for statement in distribution.statements { _ = try await connection.query(statement) }
        await connection.close()
        return distribution.tables.filter { $0.distributedBy == nil }.map(\.name)
    }

    static func plan(over connection: PostgresConnection) async throws -> Distribution {
        let hasCitus = try await connection.query(selectCatalogue).one().bool("is_there")
        let rows = try await connection.query(selectTables(hasCitus: hasCitus))
        let keys = try await connection.query(selectKeys)
        let references = try await connection.query(selectReferences)
        let obstacles = try await connection.query(selectObstacles)
        let keysByTable = try Dictionary(grouping: keys) { try $0.text("relation") }
        let referencesByTable = try Dictionary(grouping: references) { try $0.text("relation") }
        let obstaclesByTable = try Dictionary(grouping: obstacles) { try $0.text("relation") }
        return Distribution(
            of: try rows.map { row in
                let name = try row.text("relation")
                return try TableShape(
                    name: name, tenantType: row.present("type", row.text), isTenantRequired: row.bool("is_required"),
                    hasPrimaryKey: row.bool("has_primary_key"),
                    keys: (keysByTable[name] ?? []).map {
                        try TableShape.Key(name: $0.text("key"), columns: names($0.text("columns")))
                    },
                    references: (referencesByTable[name] ?? []).map {
                        try TableShape.Reference(
                            name: $0.text("name"), table: $0.text("target"), columns: names($0.text("columns")),
                            targets: names($0.text("targets")))
                    },
                    obstacles: (obstaclesByTable[name] ?? []).map { try $0.text("obstacle") },
                    distributedBy: row.present("distributed_by", row.text))
            })
    }

    /// Names of columns, which in this schema never hold a comma.
    private static func names(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    private static let selectCitus = """
        select current_setting('server_version') as server,
            coalesce((select extversion from pg_extension where extname = 'citus'), '') as installed,
            coalesce((select default_version from pg_available_extensions where name = 'citus'), '') as offered
        """

    private static let selectCatalogue = "select to_regclass('pg_dist_partition') is not null as is_there"

    /// Tables of the schema; the parts of a partitioned one go where that goes.
    private static let tables = """
        pg_class t
        where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p') and not t.relispartition
            and not exists (
                select from pg_depend d
                where d.classid = 'pg_class'::regclass and d.objid = t.oid and d.deptype = 'e')
        """

    private static func selectTables(hasCitus: Bool) -> String {
        """
        select t.relname::text as relation,
            (select format_type(a.atttypid, a.atttypmod) from pg_attribute a
            where a.attrelid = t.oid and a.attname = '\(Distribution.column)' and not a.attisdropped) as type,
            exists (
                select from pg_attribute a
                where a.attrelid = t.oid and a.attname = '\(Distribution.column)' and a.attnotnull) as is_required,
            exists (select from pg_index x where x.indrelid = t.oid and x.indisprimary) as has_primary_key,
            \(hasCitus ? distributedBy : "null::text") as distributed_by
        from \(tables) order by t.relname
        """
    }

    private static let distributedBy = """
        (select column_to_column_name(d.logicalrelid, d.partkey) from pg_dist_partition d
        where d.logicalrelid = t.oid and d.partmethod = 'h')
        """

    private static let selectKeys = """
        select t.relname::text as relation, i.relname::text as key,
            (select string_agg(coalesce(a.attname::text, ''), ',' order by k.place)
            from unnest(x.indkey::int2[]) with ordinality as k (number, place)
                left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.number and k.number > 0) as columns
        from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
        where t.relnamespace = 'public'::regnamespace and not t.relispartition
            and (x.indisunique or x.indisprimary or x.indisexclusion)
        order by i.relname
        """

    private static let selectReferences = """
        select t.relname::text as relation, c.conname::text as name, f.relname::text as target,
            (select string_agg(a.attname::text, ',' order by k.place)
            from unnest(c.conkey) with ordinality as k (number, place)
                join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number) as columns,
            (select string_agg(a.attname::text, ',' order by k.place)
            from unnest(c.confkey) with ordinality as k (number, place)
                join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.number) as targets
        from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class f on f.oid = c.confrelid
        where c.contype = 'f' and t.relnamespace = 'public'::regnamespace and not t.relispartition
            and c.conparentid = 0
        order by c.conname
        """

    /// What Citus refuses to distribute.
    private static let selectObstacles = """
        select t.relname::text as relation, 'the trigger ' || g.tgname || ' would not go along' as obstacle
        from pg_trigger g join pg_class t on t.oid = g.tgrelid
        where not g.tgisinternal and t.relnamespace = 'public'::regnamespace
        union all
        select t.relname::text, 'the rule ' || r.rulename || ' would not go along'
        from pg_rewrite r join pg_class t on t.oid = r.ev_class
        where t.relkind in ('r', 'p') and t.relnamespace = 'public'::regnamespace
        union all
        select t.relname::text, 'the numbers of ' || a.attname || ' are ' || format_type(a.atttypid, null)
            || ', and only bigint can be given out on several servers'
        from pg_attribute a join pg_class t on t.oid = a.attrelid
        where t.relkind in ('r', 'p') and t.relnamespace = 'public'::regnamespace
            and a.attnum > 0 and not a.attisdropped and a.atttypid <> 'bigint'::regtype
            and (a.attidentity <> '' or pg_get_serial_sequence(t.oid::regclass::text, a.attname) is not null)
        order by 1, 2
        """
}
