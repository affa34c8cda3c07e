package import PatchbayCore

/// The changes of a tenant's runs as they are stored, each once and in order.
package struct ChangeFeed {
    private static let portion = 200
    /// Asked for at least this often, in milliseconds: they may be stored by another process.
    private static let askingInterval: Int64 = 1_000
    /// And at most this often, however much happens.
    private static let leastInterval: Int64 = 50

    private let tenant: TenantID
    private let runs: any RunStore
    private let signals: RunSignals
    private let clock: any WaitableTime
    /// The last change that was told.
    package private(set) var cursor: RunChange.Cursor

    /// Begins behind the given change; without one, with what happens from now on.
    package init(
        in tenant: TenantID, after cursor: RunChange.Cursor?, runs: any RunStore, signals: RunSignals,
        clock: any WaitableTime
    ) async throws {
        self.tenant = tenant
        self.runs = runs
        self.signals = signals
        self.clock = clock
        if let cursor { self.cursor = cursor } else { self.cursor = try await runs.latestChange(in: tenant) }
    }

    /// Waits for the next changes, and answers at least one. Throws `CancellationError`, and what the store throws.
    package mutating func next() async throws -> [RunChange] {
        while true {
            let heard = signals.changes.rings
            let changes = try await runs.changes(in: tenant, after: cursor, limit: Self.portion)
            if let last = changes.last {
                cursor = last.cursor
                return changes
            }
            await clock.wait(until: clock.now + Self.leastInterval)
            await signals.changes.wait(past: heard, until: clock.now + Self.askingInterval, clock)
            try Task.checkCancellation()
        }
    }
}
