import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// What one run wants to have written. By reference, since it goes through many hands.
final class JournalAppend: Sendable {
    let entries: [JournalEntry]
    let log: [StepLogLine]
    let tenant: TenantID
    let run: RunID
    let worker: String
    let epoch: Int
    let status: RunStatus
    /// Whether another run waits for the end of this one.
    let isAwaited: Bool
    /// About how much it adds to a transaction, in bytes.
    let size: Int
    /// The entries' data as it is written, made by the run's own task rather than the writer's.
    let data: [BlobStore.Stored]

    init(entries: [JournalEntry], data: [BlobStore.Stored], log: [StepLogLine], run: LeasedRun, status: RunStatus) {
        self.entries = entries
        self.log = log
        tenant = run.record.tenant
        self.run = run.record.id
        worker = run.worker
        epoch = run.epoch
        self.status = status
        isAwaited = run.entries.first?.data["parent"]?["awaits"]?.bool ?? false
        self.data = data
        size = JournalRow.size(of: data) + log.count * 200
    }

    /// What it counts as.
    var amount: UsageMeter.Amount { UsageMeter.Amount(steps: entries.count(where: \.isEndOfAttempt), bytes: size) }

    var rows: [JournalRow] {
        zip(entries, data).map { JournalRow(tenant: tenant, run: run, epoch: epoch, entry: $0, data: $1) }
    }
}

/// A run that is to be stored, with its first entries. By reference, since it goes through many hands.
final class RunAcceptance: Sendable {
    let run: NewRun
    let size: Int
    private let data: [BlobStore.Stored]

    /// `data` is that of the run's first entry and of its lease's.
    init(_ run: NewRun, data: [BlobStore.Stored]) {
        self.run = run
        self.data = data
        size = JournalRow.size(of: data) + 300
    }

    var rows: [JournalRow] {
        zip(run.firstEntries, data).map { entry, data in
            JournalRow(
                tenant: run.record.tenant, run: run.record.id,
                epoch: entry.kind == .runStarted ? 0 : FirstLease.epoch, entry: entry, data: data)
        }
    }

    /// What it counts as.
    var amount: UsageMeter.Amount {
        UsageMeter.Amount(runs: 1, steps: run.lease?.entries.count(where: \.isEndOfAttempt) ?? 0, bytes: size)
    }

    /// Whether nothing stands in the way: no earlier run under its key, no worker that may be dead, no newer version.
    var isCertain: Bool { run.deliveryKey == nil && run.lease == nil && !run.mustBeNewest }

    /// As the run is stored when nothing stands in the way.
    var record: RunRecord {
        var record = run.record
        if run.lease != nil {
            record.status = .running
            record.startedAt = record.createdAt
        }
        return record
    }

    /// The same run, for any worker to take on.
    var unleased: RunAcceptance {
        var run = run
        run.lease = nil
        return RunAcceptance(run, data: [data[0]])
    }

    /// What a run takes over from the one it repeats.
    static func forked(_ run: NewRun, data: [BlobStore.Stored]) -> [JournalRow] {
        zip(run.fork?.entries ?? [], data).map { entry, data in
            JournalRow(tenant: run.record.tenant, run: run.record.id, epoch: 0, entry: entry, data: data)
        }
    }
}

/// A row of `run_journal`.
struct JournalRow: Sendable {
    let tenant: TenantID
    let run: RunID
    let epoch: Int
    let entry: JournalEntry
    let data: BlobStore.Stored

    static func size(of data: [BlobStore.Stored]) -> Int {
        data.reduce(0) { total, value in
            if case .json(let bytes) = value.data { total + bytes.count + 100 } else { total }
        }
    }
}

extension JournalEntry {
    /// Whether an attempt of a step has ended with it.
    fileprivate var isEndOfAttempt: Bool { kind == .stepCompleted || kind == .stepFailed }
}

extension NewRun {
    /// What it is stored with: its own entry, and those of its lease.
    var firstEntries: [JournalEntry] { [started] + (lease?.entries ?? []) }

    /// The run that asked for this one.
    var parentRun: RunID? { parent["run"]?.string.flatMap { RunID($0) } }

    /// The step of it that waits for the end: {"node", "path", "attempt"}; nil where none does.
    var parentStep: JSON? {
        guard parent["awaits"]?.bool == true else { return nil }
        return [
            "node": parent["node"] ?? .null, "path": parent["path"] ?? .null, "attempt": parent["attempt"] ?? .null,
        ]
    }
}
