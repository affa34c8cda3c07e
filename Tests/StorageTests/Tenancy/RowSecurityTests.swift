import DatabaseFixture
import PatchbayCore
import PatchbayPostgres
import Testing

extension StorageSuites {
    /// What the database itself lets the roles see and do, for every table that it has.
    @Suite struct RowSecurityTests {
        /// Runs `body` in a transaction that is rolled back, as requests do for a tenant; nil: for none.
        private func asTenant<Value: Sendable>(
            _ tenant: TenantID?, _ stores: Stores, _ body: (PostgresConnection) async throws -> Value
        ) async throws -> Value {
            try await stores.api.withConnection { connection in
                _ = try await connection.query("begin")
                if let tenant { _ = try await connection.query("set local patchbay.tenant = '\(tenant.uuid)'") }
                do {
                    let value = try await body(connection)
                    _ = try await connection.query("rollback")
                    return value
                } catch {
                    _ = try await connection.query("rollback")
                    throw error
                }
            }
        }

        /// How many rows a statement found or changed; nil when it was refused.
        private func reach(_ sql: String, of tenant: TenantID?, _ stores: Stores) async throws -> Int? {
            do {
                return try await asTenant(tenant, stores) { try await $0.query(sql).affected }
            } catch let error as PostgresError where error.code == .denied {
                return nil
            }
        }

        private func withTwoTenants(_ body: (Stores, [TableCatalogue.Table]) async throws -> Void) async throws {
            try await withStores { stores in
                try await PartedJournal.make(stores)
                try await TableCatalogue.fill(stores.pool, tenant: Stores.stranger.uuid)
                let catalogue = try await TableCatalogue(stores.pool)
                #expect(catalogue.tables.count >= 15)
                #expect(catalogue.tables.contains { $0.isPart })
                for table in catalogue.tables where !table.isPart {
                    let rows = try await stores.pool.query(
                        "select 1 from \(table.name) where tenant_id = $1",
                        [.uuid(high: Stores.stranger.high, low: Stores.stranger.low)])
                    #expect(rows.count == 1, "\(table.name) was not filled")
                }
                try await body(stores, catalogue.tables)
            }
        }

        @Test(arguments: [nil, Stores.tenant])
        func `without a tenant, or with another's, no table shows or takes anything`(tenant: TenantID?) async throws {
            try await withTwoTenants { stores, tables in
                let other = Stores.stranger.uuid
                for table in tables {
                    let name = table.name
                    let seen = try await reach("select 1 from \(name) where tenant_id = '\(other)'", of: tenant, stores)
                    #expect((seen ?? 0) == 0, "\(name) is read")
                    let changed = try await reach(
                        "update \(name) set tenant_id = tenant_id where tenant_id = '\(other)'", of: tenant, stores)
                    #expect((changed ?? 0) == 0, "\(name) is changed")
                    let deleted = try await reach(
                        "delete from \(name) where tenant_id = '\(other)'", of: tenant, stores)
                    #expect((deleted ?? 0) == 0, "\(name) loses rows")
                    // The rule is looked at before the columns that are missing.
                    let inserted = try await reach(
                        "insert into \(name) (tenant_id) values ('\(other)')", of: tenant, stores)
                    #expect(inserted == nil, "\(name) takes rows")
                    let all = try await reach("select 1 from \(name)", of: nil, stores)
                    #expect((all ?? 0) == 0, "\(name) is read without a tenant")
                }
            }
        }

        @Test func `a tenant sees its own rows, and cannot give them to another`() async throws {
            try await withTwoTenants { stores, tables in
                for table in tables {
                    let own = try await reach("select 1 from \(table.name)", of: Stores.stranger, stores)
                    // Nothing is granted on the journal's parts themselves, nor on what requests have no business with.
                    #expect(own == nil || (own == 1 && !table.isPart), "\(table.name)")
                    if ["workflows", "runs", "run_journal", "webhooks"].contains(table.name) {
                        #expect(own == 1, "\(table.name)")
                    }
                    let given = try await reach(
                        "update \(table.name) set tenant_id = '\(Stores.tenant.uuid)'", of: Stores.stranger, stores)
                    #expect(given == nil, "\(table.name)")
                }
            }
        }

        @Test func `a tenant that is empty, or no id, is none`() async throws {
            try await withTwoTenants { stores, _ in
                for setting in ["''", "default"] {
                    let rows = try await stores.api.withConnection { connection in
                        try await connection.transact(
                            under: [PostgresStatement("set local patchbay.tenant = \(setting)")],
                            [PostgresStatement("select 1 from tenants")])[0]
                    }
                    #expect(rows.isEmpty)
                }
                await #expect(throws: PostgresError.self) {
                    try await stores.api.withConnection { connection in
                        try await connection.transact(
                            under: [PostgresStatement("set local patchbay.tenant = 'x'")],
                            [PostgresStatement("select 1 from tenants")])
                    }
                }
            }
        }

        @Test func `a tenant is named for one transaction only`() async throws {
            try await withTwoTenants { stores, _ in
                let pool = PostgresPool(stores.target.as(.api), limits: .init(size: 1), log: .quiet)
                let settings = [PostgresStatement("set local patchbay.tenant = '\(Stores.stranger.uuid)'")]
                let select = PostgresStatement("select 1 from runs")
                let seen = try await pool.withConnection { try await $0.transact(under: settings, [select])[0].count }
                #expect(seen == 1)
                #expect(try await pool.query("select 1 from runs").isEmpty)
                // Nor does a transaction that fails leave it, or the connection unusable.
                await #expect(throws: PostgresError.self) {
                    try await pool.withConnection {
                        try await $0.transact(under: settings, [PostgresStatement("select 1 / 0")])
                    }
                }
                #expect(try await pool.query("select 1 from runs").isEmpty)
                await pool.close()
            }
        }

        @Test func `every table of a tenant's data is protected, from its owner as well, by the same three rules`()
            async throws
        {
            try await withStores { stores in
                try await PartedJournal.make(stores)
                let catalogue = try await TableCatalogue(stores.pool)
                for table in catalogue.tables {
                    let row = try await stores.pool.query(
                        """
                        select relrowsecurity as is_enabled, relforcerowsecurity as is_forced,
                            relowner::regrole::text as owner
                        from pg_class where oid = $1::text::regclass
                        """, [.text(table.name)]
                    ).one()
                    let (isEnabled, isForced) = try (row.bool("is_enabled"), row.bool("is_forced"))
                    #expect(isEnabled && isForced, "\(table.name)")
                    let owner = try row.text("owner")
                    #expect(owner == "patchbay_owner", "\(table.name)")
                    let rules = try await stores.pool.query(
                        """
                        select array_to_string(polroles::regrole[]::text[], ',') as roles,
                            pg_get_expr(polqual, polrelid) as condition
                        from pg_policy where polrelid = $1::text::regclass and polcmd = '*'
                        """, [.text(table.name)])
                    for rule in rules where try rule.text("roles").contains("patchbay_api") {
                        let condition = try rule.text("condition")
                        #expect(condition.contains("patchbay.tenant"), "\(table.name)")
                    }
                    let open = try rules.filter { try $0.text("condition") == "true" }.map { try $0.text("roles") }
                    // Who signs people in sees what people belong to, of all tenants.
                    let others = Self.ofPeople.contains(table.name) ? ["patchbay_identity"] : []
                    #expect(Set(open).isSubset(of: ["patchbay_engine", "patchbay_owner"] + others), "\(table.name)")
                }
            }
        }

        private static let ofPeople = ["tenants", "memberships", "roles", "invitations"]

        @Test func `who signs people in sees nothing but people, and who carries runs out nothing of them`()
            async throws
        {
            try await withStores { stores in
                let known = [
                    "accounts", "sessions", "sign_in_links", "recovery_codes", "account_identities", "used_answers",
                ]
                let rows = try await stores.pool.query(
                    """
                    select relname::text as name,
                        has_any_column_privilege('patchbay_identity', oid, 'select, insert, update')
                            or has_table_privilege('patchbay_identity', oid, 'delete') as signs_in,
                        has_any_column_privilege('patchbay_engine', oid, 'select, insert, update')
                            or has_table_privilege('patchbay_engine', oid, 'delete') as works,
                        has_table_privilege('patchbay_api', oid, 'insert, update, delete') as serves
                    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
                    """)
                #expect(rows.count > 25)
                for row in rows {
                    let name = try row.text("name")
                    let (signsIn, works, serves) = try (row.bool("signs_in"), row.bool("works"), row.bool("serves"))
                    #expect(signsIn == (known + Self.ofPeople).contains(name), "\(name)")
                    if known.contains(name) { #expect(!works && !serves, "\(name)") }
                }
            }
        }

        @Test func `no role goes round the rules, or is another`() async throws {
            try await withStores { stores in
                let rows = try await stores.pool.query(
                    """
                    select rolname::text as name from pg_roles
                    where rolname like 'patchbay\\_%' and (
                        rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin or rolreplication)
                    """)
                #expect(rows.isEmpty)
                let members = try await stores.pool.query(
                    """
                    select a.rolname::text as name from pg_roles a, pg_roles b
                    where a.rolname like 'patchbay\\_%' and b.rolname like 'patchbay\\_%' and a.oid <> b.oid
                        and pg_has_role(a.oid, b.oid, 'member')
                    """)
                #expect(members.isEmpty)
            }
        }

        @Test func `functions that borrow the owner's rights fix their search path and are not for everybody`()
            async throws
        {
            try await withStores { stores in
                let functions = try await stores.pool.query(
                    """
                    select p.oid::regprocedure::text as name,
                        coalesce(array_to_string(proconfig, ' '), '') like '%search_path=%' as is_fixed,
                        has_function_privilege('public', p.oid, 'execute') as is_public
                    from pg_proc p where pronamespace = 'public'::regnamespace and prosecdef
                    """)
                #expect(functions.count >= 3)
                for function in functions {
                    let (isFixed, isPublic) = try (function.bool("is_fixed"), function.bool("is_public"))
                    let name = try function.text("name")
                    #expect(isFixed && !isPublic, "\(name)")
                }
            }
        }

        @Test func `the journal is only appended to, and a request cannot delete runs`() async throws {
            try await withStores { stores in
                for (role, table, right) in [
                    ("patchbay_api", "run_journal", "update"), ("patchbay_api", "run_journal", "delete"),
                    ("patchbay_engine", "run_journal", "update"), ("patchbay_engine", "run_journal", "delete"),
                    ("patchbay_api", "runs", "delete"), ("patchbay_api", "workflow_versions", "update"),
                    ("patchbay_api", "workers", "select"), ("patchbay_api", "connector_packages", "select"),
                    ("patchbay_engine", "credentials", "select"), ("patchbay_api", "tenants", "delete"),
                    ("patchbay_api", "schema_migrations", "update"),
                ] {
                    let may = try await stores.pool.query(
                        "select has_table_privilege($1::text::name, $2, $3) as may",
                        [.text(role), .text(table), .text(right)]
                    ).one().bool("may")
                    #expect(!may, "\(role) \(right) \(table)")
                }
                let limits = try await stores.pool.query(
                    """
                    select has_column_privilege('patchbay_api', 'tenants', 'max_runs_a_month', 'update')
                        or has_column_privilege('patchbay_api', 'tenants', 'state', 'update')
                        or has_column_privilege('patchbay_api', 'tenant_shares', 'is_suspended', 'update') as may
                    """
                ).one()
                let mayLift = try limits.bool("may")
                #expect(!mayLift)
            }
        }

        @Test func `only the journal's parts can be made and dropped by the functions that do it`() async throws {
            try await withStores { stores in
                for statement in [
                    "select make_journal_part('runs', gen_random_uuid(), gen_random_uuid())",
                    "select drop_journal_part('runs')", "select drop_journal_part('run_journal_rest')",
                    "drop table runs", "alter table runs disable row level security", "truncate run_log",
                    "select protect_tenant_table('workers')",
                ] {
                    await #expect(throws: PostgresError.self, "\(statement)") {
                        try await stores.engine.query(statement)
                    }
                }
                for statement in ["select drop_journal_part('run_journal_20200106')", "drop table runs"] {
                    let error = await #expect(throws: PostgresError.self) { try await stores.api.query(statement) }
                    #expect(error?.code == .denied)
                }
            }
        }
    }
}

/// The journal with a part of its own.
private enum PartedJournal {
    static func make(_ stores: Stores) async throws {
        _ = try await stores.engine.query(
            "select make_journal_part('run_journal_20200106', $1, $2)",
            [.uuid(high: 1, low: 0), .uuid(high: 2, low: 0)])
    }
}
