import PatchbayCore

/// Runs that were handed over and are not begun, because so many wait for others of their tenant to be stored: a burst of starts
/// is answered at the speed of storing, and carried out behind it. Pure.
struct HandedLine {
    /// How often to look whether they may begin.
    static let patience = Duration.milliseconds(5)
    /// The longest that a run is held back.
    private static let courtesy = Duration.seconds(1)
    /// How many of a tenant's that were held back begin at a time: all at once they would be the next obstacle.
    private static let step = 32

    private struct Lane {
        var runs: [(run: HandedRun, since: ContinuousClock.Instant)] = []
        var first = 0

        var count: Int { runs.count - first }

        /// How many came before, up to a limit.
        func count(before moment: ContinuousClock.Instant, limit: Int) -> Int {
            runs[first...].prefix(limit).prefix { $0.since <= moment }.count
        }

        /// What was taken is cut off when it is half of all.
        mutating func removeFirst(_ number: Int) -> [HandedRun] {
            let taken = runs[first..<first + number].map(\.run)
            first += number
            if first * 2 >= runs.count {
                runs.removeFirst(first)
                first = 0
            }
            return taken
        }
    }

    private var lanes: [TenantID: Lane] = [:]

    var isEmpty: Bool { lanes.isEmpty }

    /// All of them, since nothing comes after.
    mutating func rest(with handed: [HandedRun]) -> [HandedRun] {
        defer { lanes = [:] }
        return lanes.values.flatMap { $0.runs[$0.first...].map(\.run) } + handed
    }

    /// Which begin now, of those before and these. A run whose end somebody waits for always does.
    mutating func next(
        with handed: [HandedRun], at now: ContinuousClock.Instant, isPressed: (TenantID) -> Bool
    ) -> [HandedRun] {
        var ready: [HandedRun] = []
        for (tenant, lane) in lanes {
            let latest = isPressed(tenant) ? now - Self.courtesy : now
            ready += lanes[tenant]?.removeFirst(lane.count(before: latest, limit: Self.step)) ?? []
            if lanes[tenant]?.count == 0 { lanes[tenant] = nil }
        }
        for run in handed {
            let tenant = run.run.record.tenant
            if run.waiter != .end, lanes[tenant] != nil || isPressed(tenant) {
                lanes[tenant, default: Lane()].runs.append((run, now))
            } else {
                ready.append(run)
            }
        }
        return ready
    }
}
