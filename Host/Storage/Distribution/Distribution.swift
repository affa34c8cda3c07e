/// How the tables are spread over many servers by Citus: those of the tenants by tenant, and a few small ones not at all.
/// Pure: it takes the tables as they are, and says what is wrong with them, or what is to be done.
package struct Distribution: Sendable {
    /// What rows are spread by.
    package static let column = "tenant_id"

    /// Small tables that stay on the first server, and why (decision 7).
    package static let undistributed: [String: String] = [
        "run_queue": "`for update skip locked` cannot cross servers",
        "tenant_shares": "every claim joins it with the queue",
        "workers": "processes belong to no tenant",
        "schedules": "`for update skip locked` cannot cross servers",
        "polls": "`for update skip locked` cannot cross servers",
        "alert_rules": "`for update skip locked` cannot cross servers",
        "webhook_inbox": "`for update skip locked` cannot cross servers",
        "webhook_subscriptions": "`for update skip locked` cannot cross servers",
        "webhooks": "a delivery names an endpoint and no tenant",
        "template_submissions": "templates are moderated and found for the whole installation",
        "template_listings": "templates are moderated and found for the whole installation",
        "template_slips": "templates are moderated and found for the whole installation",
        "template_words": "templates are moderated and found for the whole installation",
        "template_reviews": "templates are moderated and found for the whole installation",
        "template_days": "templates are moderated and found for the whole installation",
        "template_referrals": "templates are moderated and found for the whole installation",
        "publisher_profiles": "templates are moderated and found for the whole installation",
        "template_reports": "templates are moderated and found for the whole installation",
        "template_indexes": "indexes are followed for the whole installation",
        "index_templates": "indexes are followed for the whole installation",
        "index_connectors": "indexes are followed for the whole installation",
        "connector_packages": "connectors are installed for the whole installation",
        "connector_versions": "connectors are installed for the whole installation",
        "connector_submissions": "packages are moderated and found for the whole installation",
        "connector_hosts": "processes belong to no tenant",
        "schema_migrations": "it is about the schema itself",
        "audit_heads": "whoever appends locks those of several tenants at a time",
        "accounts": "who signs in names no tenant",
        "sessions": "who signs in names no tenant",
        "sign_in_links": "who signs in names no tenant",
        "recovery_codes": "who signs in names no tenant",
        "account_identities": "who signs in names no tenant",
        "used_answers": "who signs in names no tenant",
    ]

    /// Tables that are to be spread, those that others refer to first.
    package let tables: [TableShape]
    /// What keeps the tables from being spread; empty when nothing does.
    package let problems: [String]

    package init(of all: [TableShape]) {
        let spread = all.filter { Self.undistributed[$0.name] == nil }
        let names = Set(spread.map(\.name))
        var problems = all.flatMap { Self.undistributed[$0.name] == nil ? Self.problems(of: $0, among: names) : [] }
        for table in all where Self.undistributed[table.name] != nil {
            for reference in table.references where names.contains(reference.table) {
                problems.append(
                    "\(table.name): \(reference.name) refers from a table that stays on one server to \(reference.table)"
                )
            }
        }
        let ordered = Self.ordered(spread)
        if ordered.count < spread.count {
            let rest = Set(spread.map(\.name)).subtracting(ordered.map(\.name)).sorted().joined(separator: ", ")
            problems.append("tables refer to each other in a circle: \(rest)")
        }
        tables = ordered
        self.problems = problems
    }

    /// The statements that spread what is not spread yet, each to be executed by itself. Asked again after some of them,
    /// the rest.
    package var statements: [String] {
        let base = tables.first?.name
        return tables.filter { $0.distributedBy == nil }.map { table in
            let companion = table.name == base ? "none" : base ?? "none"
            return "select create_distributed_table('\(table.name)', '\(Self.column)', colocate_with => '\(companion)')"
        }
    }

    private static func problems(of table: TableShape, among names: Set<String>) -> [String] {
        var problems: [String] = []
        switch table.tenantType {
        case nil: problems.append("it has no column \(column)")
        case "uuid": break
        case let type?:
            problems.append("\(column) is \(type), needs to be uuid, so that the tables of a tenant stay together")
        }
        if table.tenantType != nil, !table.isTenantRequired { problems.append("\(column) may be null") }
        if !table.hasPrimaryKey { problems.append("it has no primary key") }
        for key in table.keys where !key.columns.contains(column) {
            problems.append("the key \(key.name) lacks \(column), so that no server could keep it by itself")
        }
        for reference in table.references {
            guard names.contains(reference.table) else {
                problems.append("\(reference.name) refers to \(reference.table), which stays on one server")
                continue
            }
            let isWithinTenant = zip(reference.columns, reference.targets).contains { $0 == column && $1 == column }
            if !isWithinTenant {
                problems.append("\(reference.name) does not refer by \(column), so that it could cross servers")
            }
        }
        if let by = table.distributedBy, by != column {
            problems.append("it is distributed by \(by) already, needs to be by \(column)")
        }
        return (problems + table.obstacles).map { "\(table.name): \($0)" }
    }

    /// `tenants` first, which the others are put beside; then each behind those that it refers to.
    private static func ordered(_ tables: [TableShape]) -> [TableShape] {
        var rest = tables.sorted { ($0.name == "tenants" ? 0 : 1, $0.name) < ($1.name == "tenants" ? 0 : 1, $1.name) }
        var ordered: [TableShape] = []
        var placed: Set<String> = []
        let names = Set(tables.map(\.name))
        while let index = rest.firstIndex(where: { table in
            table.references.allSatisfy {
                $0.table == table.name || placed.contains($0.table) || !names.contains($0.table)
            }
        }) {
            placed.insert(rest[index].name)
            ordered.append(rest.remove(at: index))
        }
        return ordered
    }
}
