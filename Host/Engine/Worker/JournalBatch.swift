import Logging
import PatchbayCore
import PatchbayJSON

/// Entries that are stored together.
struct JournalBatch {
    /// The most lines of a log that are kept of one attempt.
    private static let mostLines = 1_000

    /// What became of it.
    enum Storing {
        case stored
        /// The store will never take it, and says why.
        case refused(String)
        /// The run has left this worker.
        case ended(Execution.End)
    }

    private(set) var entries: [JournalEntry]
    private var log: [StepLogLine] = []

    init(_ entries: [JournalEntry] = []) { self.entries = entries }

    var isEmpty: Bool { entries.isEmpty }

    mutating func add(_ new: [JournalEntry]) {
        if entries.isEmpty { entries = new } else { entries += new }
    }

    /// Adds what the end of a call led to, with what the call logged.
    mutating func add(_ new: [JournalEntry], log lines: [LogLine], of call: StepCall) {
        add(new)
        guard !lines.isEmpty else { return }
        log += lines.prefix(Self.mostLines).map { StepLogLine(node: call.node, attempt: call.attempt, line: $0) }
    }

    /// What it holds, which it holds no longer then.
    mutating func take() -> JournalBatch {
        defer { self = JournalBatch() }
        return self
    }

    /// Stores the batch, after which the run has this status. While the database does not answer it is tried again for a
    /// while, because the alternative is to repeat calls whose outcome stands here.
    func store(to run: LeasedRun, status: RunStatus, in surroundings: Execution.Surroundings) async -> Storing {
        let giveUp = surroundings.clock.now + surroundings.options.storingPatience
        var pause: Int64 = 50
        while true {
            do {
                try await surroundings.journal.append(entries, log: log, to: run, status: status)
                surroundings.onStored(run.record.id)
                return .stored
            } catch JournalError.leaseLost {
                return .ended(.lost)
            } catch JournalError.refused(_, let reason) {
                return .refused(reason)
            } catch {
                let next = surroundings.clock.now + pause
                surroundings.logger.warning(
                    "a run's entries could not be stored",
                    metadata: ["run": "\(run.record.id)", "error": "\(error)", "again": "\(next <= giveUp)"])
                guard next <= giveUp else { return .ended(.givenUp) }
                await surroundings.clock.wait(until: next)
                pause = min(pause * 2, 2_000)
            }
        }
    }

    /// Ends a run because the store will never take this batch: to carry the run out again would lead to the same entries,
    /// and to the same calls before them.
    func storeRefusal(
        _ reason: String, of state: RunState, to run: LeasedRun, in surroundings: Execution.Surroundings
    ) async -> Execution.End {
        surroundings.logger.error(
            "a run's entries were refused, and it is failed",
            metadata: ["run": "\(run.record.id)", "error": "\(reason)"])
        let stored = (entries.first?.sequence ?? 1) - 1
        let entry = state.unstorable(because: reason, after: stored, at: surroundings.clock.now)
        do {
            try await surroundings.journal.append([entry], log: [], to: run, status: .failed)
            return .settled(.failed)
        } catch JournalError.leaseLost {
            return .lost
        } catch {
            return .givenUp
        }
    }
}
