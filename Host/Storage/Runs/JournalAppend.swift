import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// What one run wants to have written.
struct JournalAppend: Sendable {
    let entries: [JournalEntry]
    let log: [StepLogLine]
    let tenant: TenantID
    let run: RunID
    let epoch: Int
    let status: RunStatus
    /// About how much it adds to a transaction.
    let size: Int
    /// The entries' data as it is written, made by the run's own task rather than the writer's.
    let data: [PostgresValue]

    init(entries: [JournalEntry], log: [StepLogLine], run: LeasedRun, status: RunStatus) {
        self.entries = entries
        self.log = log
        tenant = run.record.tenant
        self.run = run.record.id
        epoch = run.epoch
        self.status = status
        data = entries.map { .document($0.data) }
        size = data.reduce(log.count * 200) { total, value in
            if case .json(let bytes) = value { total + bytes.count + 100 } else { total }
        }
    }
}

/// The appends of one transaction as columns for `unnest`.
struct AppendBatch {
    let appends: [JournalAppend]

    var tenants: PostgresValue { .array(.uuid, appends.map { .id($0.tenant) }) }
    var runs: PostgresValue { .array(.uuid, appends.map { .id($0.run) }) }
    var epochs: PostgresValue { .array(.int, appends.map { .number($0.epoch) }) }
    /// 0 where there are no entries, which no entry has.
    var lastSequences: PostgresValue { .array(.int, appends.map { .number($0.entries.last?.sequence ?? 0) }) }

    /// tenant, run, seq, at, kind, node, path, attempt, data, epoch.
    var entryColumns: [PostgresValue] {
        let rows = appends.flatMap { append in append.entries.map { (append, $0) } }
        return [
            .array(.uuid, rows.map { .id($0.0.tenant) }), .array(.uuid, rows.map { .id($0.0.run) }),
            .array(.int, rows.map { .number($0.1.sequence) }), .array(.timestamp, rows.map { .moment($0.1.at) }),
            .array(.text, rows.map { .word($0.1.kind) }), .array(.text, rows.map { .words($0.1.node) }),
            .array(.text, rows.map { .words($0.1.path) }), .array(.int, rows.map { .number($0.1.attempt) }),
            .array(.json, appends.flatMap(\.data)), .array(.int, rows.map { .number($0.0.epoch) }),
        ]
    }

    /// tenant, run, at, node, attempt, level, message, fields; nil when there are no lines.
    var logColumns: [PostgresValue]? {
        let rows = appends.flatMap { append in append.log.map { (append, $0) } }
        guard !rows.isEmpty else { return nil }
        return [
            .array(.uuid, rows.map { .id($0.0.tenant) }), .array(.uuid, rows.map { .id($0.0.run) }),
            .array(.timestamp, rows.map { .moment($0.1.line.at) }), .array(.text, rows.map { .words($0.1.node) }),
            .array(.int, rows.map { .number($0.1.attempt) }), .array(.text, rows.map { .word($0.1.line.level) }),
            .array(.text, rows.map { .words($0.1.line.message) }),
            .array(.json, rows.map { .document($0.1.line.fields) }),
        ]
    }

    /// tenant, run, status, finished at, error; nil when no run ends.
    var endColumns: [PostgresValue]? {
        let ended = appends.filter(\.status.isTerminal)
        guard !ended.isEmpty else { return nil }
        return [
            .array(.uuid, ended.map { .id($0.tenant) }), .array(.uuid, ended.map { .id($0.run) }),
            .array(.text, ended.map { .word($0.status) }),
            .array(.timestamp, ended.map { .optional($0.entries.last?.at, PostgresValue.moment) }),
            .array(.json, ended.map { .document($0.entries.last?.data["error"] ?? .null) }),
        ]
    }
}
