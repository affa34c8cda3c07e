import PatchbayCore

/// Runs that were handed over and are not begun, because so many wait for others of their tenant to be stored: a burst of starts
/// is answered at the speed of storing, and carried out behind it. Pure.
struct HandedLine {
    /// How often to look whether they may begin.
    static let patience = Duration.milliseconds(5)
    /// The longest that a run is held back.
    private static let courtesy = Duration.seconds(1)
    /// Of those that were held back, how many begin at a time: all at once they would be the next obstacle.
    private static let step = 32

    private var held: [(run: HandedRun, since: ContinuousClock.Instant)] = []

    var isEmpty: Bool { held.isEmpty }

    /// All of them, since nothing comes after.
    mutating func rest(with handed: [HandedRun]) -> [HandedRun] {
        defer { held = [] }
        return held.map(\.run) + handed
    }

    /// Which begin now, of those before and these. A run whose end somebody waits for always does.
    mutating func next(
        with handed: [HandedRun], at now: ContinuousClock.Instant, isPressed: (TenantID) -> Bool
    ) -> [HandedRun] {
        var known: [TenantID: Bool] = [:]
        func mayBegin(_ run: HandedRun) -> Bool {
            if run.waiter == .end { return true }
            let tenant = run.run.record.tenant
            if let isPressed = known[tenant] { return !isPressed }
            known[tenant] = isPressed(tenant)
            return !known[tenant, default: false]
        }
        var ready: [HandedRun] = []
        var stay: [(run: HandedRun, since: ContinuousClock.Instant)] = []
        for entry in held {
            if ready.count < Self.step, now - entry.since >= Self.courtesy || mayBegin(entry.run) {
                ready.append(entry.run)
            } else {
                stay.append(entry)
            }
        }
        held = stay
        for run in handed {
            if mayBegin(run) { ready.append(run) } else { held.append((run, now)) }
        }
        return ready
    }
}
