import PatchbayCore
import PatchbayJSON
import Synchronization

extension MemoryRuns: Journal {
    func lease(
        limit: Int, worker: String, at: Timestamp, abandonedBefore: Timestamp
    ) async throws -> [LeasedRun] {
        let taken = kept.withLock { kept in
            var taken: [Kept] = []
            for index in kept.indices where taken.count < limit {
                guard kept[index].worker == nil, !kept[index].record.status.isTerminal else { continue }
                kept[index].worker = worker
                kept[index].epoch += 1
                kept[index].record.status = .running
                kept[index].record.startedAt = kept[index].record.startedAt ?? at
                taken.append(kept[index])
            }
            return taken
        }
        var runs: [LeasedRun] = []
        for run in taken {
            let record = run.record
            guard let version = try await workflows.version(record.version, of: record.workflow, in: record.tenant)
            else { continue }
            runs.append(
                LeasedRun(
                    record: record, worker: worker, epoch: run.epoch, document: version.document, entries: run.entries,
                    messages: run.messages))
        }
        return runs
    }

    func append(
        _ entries: [JournalEntry], log: [StepLogLine], to run: LeasedRun, status: RunStatus
    ) async throws {
        try change(run.record.id) { kept in
            guard kept.epoch == run.epoch, kept.worker != nil else { throw JournalError.leaseLost(run.record.id) }
            kept.entries += entries
            kept.log += log
            kept.record.status = status
            if status.isTerminal, let last = entries.last {
                kept.record.finishedAt = last.at
                kept.record.error = last.data["error"] ?? .null
                kept.worker = nil
            }
        }
        guard status.isTerminal, let parent = run.entries.first?.data["parent"], parent["awaits"] == true,
            let id = parent["run"]?.string.flatMap({ RunID($0) })
        else { return }
        let message = RunMessage(kind: .child, id: run.record.id.uuid, data: parent)
        _ = try await send(message, to: id, in: run.record.tenant, at: entries.last?.at ?? run.record.createdAt)
    }

    func register(worker: String, at: Timestamp) async throws {}
    func heartbeat(worker: String, at: Timestamp) async throws -> Bool { true }

    func cancellations(worker: String) async throws -> [RunID] {
        kept.withLock { kept in
            kept.filter { $0.worker == worker && $0.isCancelRequested && !$0.record.status.isTerminal }.map(\.record.id)
        }
    }

    func held(worker: String) async throws -> [RunID] { [] }

    func park(_ run: LeasedRun, until: Timestamp) async throws -> Parking { .kept }

    func release(_ runs: [LeasedRun]) async throws {
        for run in runs {
            change(run.record.id) { kept in
                if kept.epoch == run.epoch { kept.worker = nil }
            }
        }
    }
    func release(worker: String, except known: [RunID]) async throws {
        kept.withLock { kept in
            for index in kept.indices where kept[index].worker == worker && !known.contains(kept[index].record.id) {
                kept[index].worker = nil
            }
        }
    }
}
