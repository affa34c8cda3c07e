package import PatchbayCore
import PatchbayPostgres

extension PostgresRunStore {
    package func runs(
        in tenant: TenantID, matching filter: RunFilter, page: PageRequest
    ) async throws -> Page<RunRecord> {
        var conditions = RunConditions(tenant: tenant)
        conditions.add(filter)
        if page.cursor != nil { conditions.add("r.run_id <", try page.cursor(RunTag.self)) }
        let rows = try await pool.rows(
            conditions.selectNewest(page.reach), conditions.parameters, in: tenant)
        return try page.page(of: rows) { row in
            let record = try Self.record(row)
            return (record, record.id.description)
        }
    }
}

/// The conditions of a list. Only those that are asked for stand in the statement, so that each combination is planned
/// for itself: a plan that must serve all of them reads far too much for most.
struct RunConditions {
    private(set) var parameters: [PostgresValue]
    private var conditions = ["r.tenant_id = $1"]

    init(tenant: TenantID) { parameters = [.id(tenant)] }

    /// `beginning` is what stands before the parameter.
    mutating func add(_ beginning: String, _ value: PostgresValue, _ ending: String = "") {
        parameters.append(value)
        conditions.append("\(beginning) $\(parameters.count)\(ending)")
    }

    mutating func add(_ filter: RunFilter) {
        if let workflow = filter.workflow { add("r.workflow_id =", .id(workflow)) }
        let statuses = filter.statuses.sorted { $0.rawValue < $1.rawValue }
        if statuses.count == 1 {
            add("r.status =", .word(statuses[0]))
        } else if !statuses.isEmpty {
            add("r.status = any (", .array(.text, statuses.map(PostgresValue.word)), ")")
        }
        if let trigger = filter.trigger { add("r.trigger =", .words(trigger)) }
        if filter.isDeadLetter { conditions.append(Self.deadLetter) }
        if filter.isUnretried { conditions.append("r.retried_by is null") }
        // Ids begin with their time, so that the primary key serves these.
        if let from = filter.from { add("r.run_id >=", .id(RunID.least(at: from))) }
        if let before = filter.before { add("r.run_id <", .id(RunID.least(at: before))) }
        if let text = filter.text {
            let pattern = PostgresValue.words("%\(Self.escaped(text))%")
            add(
                "concat_ws(' ', r.workflow_name, r.error ->> 'message', r.error ->> 'code') ilike", pattern)
        }
    }

    /// As the index runs_dead names them, which otherwise would not be used. A run that another waited for is that one's.
    static let deadLetter = """
        r.status = 'failed' and r.retried_by is null and r.dismissed_at is null and r.parent_step is null
        """

    func selectNewest(_ limit: PostgresValue) -> String {
        guard case .int(let limit) = limit else { preconditionFailure("a limit is a number") }
        return """
            select \(PostgresRunStore.columns) from runs r where \(conditions.joined(separator: " and "))
            order by r.run_id desc limit \(limit)
            """
    }

    /// For `like`, in which these three mean something.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            if character == "%" || character == "_" || character == "\\" { escaped.unicodeScalars.append("\\") }
            escaped.unicodeScalars.append(character)
        }
        return escaped
    }
}
