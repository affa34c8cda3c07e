package import PatchbayCore

/// The entries of one run as they are stored, each once and in order.
package struct RunFeed {
    /// How many are read at a time.
    private static let portion = 200
    /// Asked for at least this often, in milliseconds: they may be stored by another process.
    private static let askingInterval: Int64 = 1_000

    private let run: RunID
    private let tenant: TenantID
    private let runs: any RunStore
    private let clock: any WaitableTime
    private let watch: RunWatch
    private var sequence: Int
    private var isOver = false

    /// Begins behind the entry with the given number.
    package init(
        of run: RunID, in tenant: TenantID, after sequence: Int, runs: any RunStore, signals: RunSignals,
        clock: any WaitableTime
    ) {
        self.run = run
        self.tenant = tenant
        self.sequence = sequence
        self.runs = runs
        self.clock = clock
        watch = signals.watch(run)
    }

    /// Waits for the next entries, and answers at least one; nil when the run has ended and all are told. Throws
    /// `CancellationError`, and what the store throws.
    package mutating func next() async throws -> [JournalEntry]? {
        while !isOver {
            let heard = watch.rings
            // Asked first: what is read afterwards then holds all of a run that has ended.
            let hasEnded = try await runs.run(run, in: tenant)?.status.isTerminal ?? true
            let entries = try await runs.entries(of: run, in: tenant, after: sequence, limit: Self.portion)
            if let last = entries.last {
                sequence = last.sequence
                return entries
            }
            isOver = hasEnded
            if !isOver { await watch.wait(past: heard, until: clock.now + Self.askingInterval, clock) }
            try Task.checkCancellation()
        }
        return nil
    }
}
