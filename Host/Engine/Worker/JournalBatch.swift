import Logging
import PatchbayCore
import PatchbayJSON

/// Entries that are stored together, and the state they lead to. Nothing is done on the strength of that state before
/// they are stored.
struct JournalBatch {
    /// The most lines of a log that are kept of one attempt.
    private static let mostLines = 1_000

    /// The number of the last entry that is stored.
    private let stored: Int
    private(set) var state: RunState
    private(set) var entries: [JournalEntry] = []
    private var log: [StepLogLine] = []

    init(_ state: consuming RunState) {
        stored = state.sequence
        self.state = state
    }

    mutating func append(_ new: [JournalEntry]) {
        for entry in new { state.apply(entry) }
        entries += new
    }

    mutating func take(_ event: RunEvent, at now: Timestamp) { entries += state.take(event, at: now) }

    mutating func decide(at now: Timestamp, room: Int) -> [RunCommand] {
        let commands = state.decide(now: now, room: room)
        if case .record(let new) = commands.first { entries += new }
        return commands
    }

    mutating func end(_ call: StepCall, _ outcome: StepOutcome, log lines: [LogLine], at now: Timestamp) {
        let random = Double.random(in: 0...1)
        let news = state.take(.callEnded(call, outcome), at: now, random: random)
        guard !news.isEmpty else { return }
        entries += news
        log += lines.prefix(Self.mostLines).map { StepLogLine(node: call.node, attempt: call.attempt, line: $0) }
    }

    /// Stores the batch; nil when that is done. While the database does not answer it is tried again for a while, because
    /// the alternative is to repeat calls whose outcome stands here.
    func store(to run: LeasedRun, in surroundings: Execution.Surroundings) async -> Execution.End? {
        let giveUp = surroundings.clock.now + surroundings.options.storingPatience
        var pause: Int64 = 50
        while true {
            do {
                try await surroundings.journal.append(entries, log: log, to: run, status: state.status)
                surroundings.onStored(run.record.id)
                return nil
            } catch JournalError.leaseLost {
                return .lost
            } catch JournalError.refused(_, let reason) {
                return await storeRefusal(reason, to: run, in: surroundings)
            } catch {
                let next = surroundings.clock.now + pause
                surroundings.logger.warning(
                    "a run's entries could not be stored",
                    metadata: ["run": "\(run.record.id)", "error": "\(error)", "again": "\(next <= giveUp)"])
                guard next <= giveUp else { return .givenUp }
                await surroundings.clock.wait(until: next)
                pause = min(pause * 2, 2_000)
            }
        }
    }
    /// Ends a run whose entries the store will never take: to carry it out again would lead to the same entries, and to
    /// the same calls before them.
    private func storeRefusal(
        _ reason: String, to run: LeasedRun, in surroundings: Execution.Surroundings
    ) async -> Execution.End {
        surroundings.logger.error(
            "a run's entries were refused, and it is failed",
            metadata: ["run": "\(run.record.id)", "error": "\(reason)"])
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
