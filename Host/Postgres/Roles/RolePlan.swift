/// Decides what a database lacks before migrations can run in it under `patchbay_owner`: roles, who has them, what they may
/// do in the schema, and who owns the tables. Pure: it takes what is there and answers statements.
struct RolePlan: Equatable {
    /// A role that is there.
    struct Known: Equatable {
        var role: PostgresRole
        /// Whether the user who is connected may take it on.
        var isGranted: Bool
        var mayUse: Bool
        var mayCreate: Bool
    }

    /// Who is connected.
    var login: String
    var isSuperuser: Bool
    var known: [Known]
    /// Tables and functions that an earlier version left to another owner, as `alter` names them: `table workflows`.
    var strangers: [String]

    /// What is to be done, in order; each is a statement by itself. Empty: nothing is lacking.
    var statements: [String] {
        let missing = PostgresRole.allCases.filter { role in !known.contains { $0.role == role } }
        let refused = isSuperuser ? [] : PostgresRole.allCases.filter { !isGranted($0) }
        var statements = missing.map { "create role \($0.rawValue) nologin" }
        statements += refused.map { "grant \($0.rawValue) to \(Self.quoted(login))" }
        if known(.owner)?.mayCreate != true || known(.owner)?.mayUse != true {
            statements.append("grant usage, create on schema public to \(PostgresRole.owner.rawValue)")
        }
        for role in [PostgresRole.api, .engine, .identity] where known(role)?.mayUse != true {
            statements.append("grant usage on schema public to \(role.rawValue)")
        }
        return statements + strangers.map { "alter \($0) owner to \(PostgresRole.owner.rawValue)" }
    }

    /// Whether the user may serve and not migrate: somebody has prepared everything but the right to change the schema.
    var isForServingOnly: Bool {
        !isSuperuser && !isGranted(.owner) && strangers.isEmpty
            && [.api, .engine, .identity].allSatisfy(isGranted)
    }

    private func isGranted(_ role: PostgresRole) -> Bool { known(role)?.isGranted ?? false }

    private func known(_ role: PostgresRole) -> Known? { known.first { $0.role == role } }

    static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}
