/// Makes the roles that Patchbay works under, as far as the connected user may.
///
/// Roles belong to the server, not to a database: who migrates another database beside may be at the same at this moment.
/// What is found done meanwhile is looked at again.
enum RoleSetup {
    /// How often others may come between.
    private static let attempts = 20

    /// Throws `migration` with the statements that somebody else has to execute.
    static func prepare(over connection: PostgresConnection) async throws(PostgresError) {
        for _ in 0..<attempts {
            let plan = try await plan(over: connection)
            guard !plan.statements.isEmpty else { return }
            do {
                for statement in plan.statements { _ = try await connection.query(statement) }
            } catch  where error.code == .denied {
                throw refusal(plan, error)
            } catch  where isRace(error) {
                continue
            }
        }
        throw PostgresError(
            .migration, "the roles of the database changed \(attempts) times while they were made; try again")
    }

    static func plan(over connection: PostgresConnection) async throws(PostgresError) -> RolePlan {
        let user = try await connection.query(selectUser).one()
        var known: [RolePlan.Known] = []
        for row in try await connection.query(
            selectRoles, [.array(.text, PostgresRole.allCases.map { .text($0.rawValue) })])
        {
            guard let role = PostgresRole(rawValue: try row.text("name")) else { continue }
            known.append(
                RolePlan.Known(
                    role: role, isGranted: try row.bool("is_granted"), mayUse: try row.bool("may_use"),
                    mayCreate: try row.bool("may_create")))
        }
        var strangers: [String] = []
        for row in try await connection.query(selectStrangers, [.text(PostgresRole.owner.rawValue)]) {
            strangers.append(try row.text("stranger"))
        }
        return RolePlan(
            login: try user.text("login"), isSuperuser: try user.bool("is_superuser"), known: known,
            strangers: strangers)
    }

    private static func refusal(_ plan: RolePlan, _ error: PostgresError) -> PostgresError {
        PostgresError(
            .migration,
            "the database user \(RolePlan.quoted(plan.login)) may not prepare the roles that Patchbay works under. Let a "
                + "superuser execute in this database, and start again: "
                + plan.statements.map { $0 + "; " }.joined().dropLast(),
            sqlState: error.sqlState, detail: error.detail)
    }

    /// Somebody made the same role, or granted it, at this moment.
    private static func isRace(_ error: PostgresError) -> Bool {
        // duplicate_object; and "tuple concurrently updated", which has no state of its own.
        error.code == .uniqueViolation || error.sqlState == "42710" || error.sqlState == "XX000"
    }

    private static let selectUser = """
        select session_user::text as login,
            (select rolsuper from pg_roles where rolname = session_user) as is_superuser
        """

    private static let selectRoles = """
        select rolname::text as name, pg_has_role(session_user, oid, 'member') as is_granted,
            has_schema_privilege(oid, 'public', 'usage') as may_use,
            has_schema_privilege(oid, 'public', 'create') as may_create
        from pg_roles where rolname = any ($1)
        """

    /// What versions before the roles made: all that belongs to whoever owns the list of migrations.
    private static let selectStrangers = """
        with former as (
            select relowner as owner from pg_class
            where oid = to_regclass('public.schema_migrations')
                and relowner not in (select oid from pg_roles where rolname = $1)
        )
        select 'table ' || c.oid::regclass::text as stranger from pg_class c, former f
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relowner = f.owner
            and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
        union all
        select 'function ' || p.oid::regprocedure::text from pg_proc p, former f
        where p.pronamespace = 'public'::regnamespace and p.proowner = f.owner
            and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
        order by 1
        """
}
