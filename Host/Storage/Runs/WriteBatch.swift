import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// What is written in one transaction: runs that are accepted, and entries of runs that one worker has.
///
/// Rows of one tenant stand together, for the day they live on different servers. Runs are in the order of their keys, so
/// that two writers never wait for each other in a circle.
struct WriteBatch: Sendable {
    /// Whose leases the appends, and some of the new runs, are under; nil when there are none.
    let worker: String?
    let accepts: [RunAcceptance]
    let appends: [JournalAppend]

    init(worker: String?, accepts: [RunAcceptance], appends: [JournalAppend]) {
        self.worker = worker
        self.accepts = accepts.sorted { Self.key($0.run) < Self.key($1.run) }
        self.appends = appends.sorted { ($0.tenant, $0.run) < ($1.tenant, $1.run) }
    }

    private static func key(_ run: NewRun) -> (TenantID, WorkflowID, String, RunID) {
        (run.record.tenant, run.record.workflow, run.deliveryKey ?? "", run.record.id)
    }

    /// Runs that may be there already under the same key.
    var keyed: [RunAcceptance] { accepts.filter { $0.run.deliveryKey != nil } }
    var hasKeys: Bool { accepts.contains { $0.run.deliveryKey != nil } }
    var hasEvents: Bool { accepts.contains { $0.run.audit != nil } }
    /// Runs that are written whatever else is stored.
    var certain: [RunAcceptance] { accepts.filter(\.isCertain) }
    var uncertain: [RunAcceptance] { accepts.filter { !$0.isCertain } }

    /// tenant, run, workflow, version, name, status, trigger, delivery key, created, started, worker, parent, its step, the
    /// version that has to be the newest.
    static func runColumns(_ accepts: [RunAcceptance]) -> [PostgresValue] {
        let records = accepts.map(\.record)
        return [
            .array(.uuid, records.map { .id($0.tenant) }), .array(.uuid, records.map { .id($0.id) }),
            .array(.uuid, records.map { .id($0.workflow) }), .array(.int, records.map { .number($0.version) }),
            .array(.text, records.map { .words($0.workflowName) }), .array(.text, records.map { .word($0.status) }),
            .array(.text, records.map { .words($0.trigger) }),
            .array(.text, accepts.map { .optional($0.run.deliveryKey, PostgresValue.words) }),
            .array(.timestamp, records.map { .moment($0.createdAt) }),
            .array(.timestamp, records.map { .optional($0.startedAt, PostgresValue.moment) }),
            .array(.text, accepts.map { .optional($0.run.lease?.worker, PostgresValue.words) }),
            .array(.uuid, accepts.map { .optional($0.run.parentRun, PostgresValue.id) }),
            .array(.json, accepts.map { .optional($0.run.parentStep, PostgresValue.document) }),
            .array(.int, accepts.map { $0.run.mustBeNewest ? .number($0.run.record.version) : .null }),
        ]
    }

    /// tenant, run, due, worker, epoch, workflow, labels.
    static func queueColumns(_ accepts: [RunAcceptance]) -> [PostgresValue] {
        [
            .array(.uuid, accepts.map { .id($0.run.record.tenant) }),
            .array(.uuid, accepts.map { .id($0.run.record.id) }),
            .array(.timestamp, accepts.map { .moment($0.run.record.createdAt) }),
            .array(.text, accepts.map { .optional($0.run.lease?.worker, PostgresValue.words) }),
            .array(.int, accepts.map { .number($0.run.lease == nil ? 0 : FirstLease.epoch) }),
            .array(.uuid, accepts.map { .id($0.run.record.workflow) }),
            .array(.text, accepts.map { .words($0.run.placement.labels.joined(separator: ",")) }),
        ]
    }

    /// tenant, event, time, content, run.
    static func eventColumns(_ accepts: [RunAcceptance]) -> [PostgresValue] {
        let audited = accepts.filter { $0.run.audit != nil }
        return PendingEvent.columns(audited.compactMap { $0.run.audit.map { PendingEvent($0) } })
            + [.array(.uuid, audited.map { .id($0.run.record.id) })]
    }

    /// tenant, run, seq, at, kind, node, path, attempt, data, epoch, blobs.
    static func entryColumns(_ rows: [JournalRow]) -> [PostgresValue] {
        [
            .array(.uuid, rows.map { .id($0.tenant) }), .array(.uuid, rows.map { .id($0.run) }),
            .array(.int, rows.map { .number($0.entry.sequence) }),
            .array(.timestamp, rows.map { .moment($0.entry.at) }),
            .array(.text, rows.map { .word($0.entry.kind) }), .array(.text, rows.map { .words($0.entry.node) }),
            .array(.text, rows.map { .words($0.entry.path) }), .array(.int, rows.map { .number($0.entry.attempt) }),
            .array(.json, rows.map(\.data.data)), .array(.int, rows.map { .number($0.epoch) }),
            .array(.json, rows.map(\.data.blobs)),
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

    /// Runs that end, and whose end another run waits for: tenant, run; nil when there are none.
    var awaitedColumns: [PostgresValue]? {
        let ended = appends.filter { $0.status.isTerminal && $0.isAwaited }
        guard !ended.isEmpty else { return nil }
        return [.array(.uuid, ended.map { .id($0.tenant) }), .array(.uuid, ended.map { .id($0.run) })]
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
