/// What the runs of an alert are like at a moment, as far as its condition asks.
package struct AlertReading: Sendable, Equatable {
    /// Of runs that ended within the window and took about as long, how many there were.
    package struct Durations: Sendable, Equatable {
        package var runs: Int
        /// Milliseconds of the longest.
        package var longest: Int64

        package init(runs: Int, longest: Int64) {
            self.runs = runs
            self.longest = longest
        }
    }

    /// Those that failed within the window, or since the one that was told of last; at most `AlertCondition.mostRuns`.
    package var failures = 0
    /// Number of the last failure that is known in the tenant.
    package var lastFailure: Int64 = 0
    /// Of runs that ended within the window and had failed.
    package var failed = 0
    /// All that ended within the window, the failed ones too.
    package var ended: [Durations] = []
    /// When the one began that is under way for longest.
    package var underWaySince: Timestamp?
    /// Since when the one waits that waits for longest.
    package var queuedSince: Timestamp?
    /// Some of the runs that it is about, latest first.
    package var runs: [RunID] = []

    package init() {}

    /// Milliseconds that 95 of 100 ended runs did not take longer than; nil without any. Runs that took about as long
    /// (5 %) count as the longest of them.
    package var p95: Int64? {
        let total = endedRuns
        guard total > 0 else { return nil }
        let rank = (total * 95 + 99) / 100
        var count = 0
        for group in ended.sorted(by: { $0.longest < $1.longest }) {
            count += group.runs
            if count >= rank { return group.longest }
        }
        return nil
    }

    package var endedRuns: Int { ended.reduce(0) { $0 + $1.runs } }
}

/// What a reading means to a condition.
package struct AlertMeasure: Sendable, Equatable {
    /// Whether it is as the condition says.
    package var holds: Bool
    /// In the condition's unit; nil: too little to tell.
    package var value: Int64?
    /// Of runs that ended, the number that the value was taken from; nil where that says nothing.
    package var sample: Int?
    package var runs: [RunID]
    /// Number of the last failure that the value counts.
    package var lastFailure: Int64

    package init(
        holds: Bool, value: Int64?, sample: Int? = nil, runs: [RunID] = [], lastFailure: Int64 = 0
    ) {
        self.holds = holds
        self.value = value
        self.sample = sample
        self.runs = runs
        self.lastFailure = lastFailure
    }
}

extension AlertCondition {
    package func measure(_ reading: AlertReading, at now: Timestamp) -> AlertMeasure {
        switch self {
        case .failures(let count, _):
            AlertMeasure(holds: reading.failures >= count, value: Int64(reading.failures), runs: reading.runs)
        case .eachFailure:
            AlertMeasure(
                holds: reading.failures > 0, value: Int64(reading.failures), runs: reading.runs,
                lastFailure: reading.lastFailure)
        case .errorRate(let percent, _, let least):
            share(reading, percent, least)
        case .slowRuns(let limit, _, let least):
            if let p95 = reading.p95, reading.endedRuns >= least {
                AlertMeasure(holds: p95 > limit, value: p95, sample: reading.endedRuns)
            } else {
                AlertMeasure(holds: false, value: nil, sample: reading.endedRuns)
            }
        case .longRun(let limit):
            longest([reading.underWaySince.map { now - $0 }, reading.ended.map(\.longest).max()], limit, reading)
        case .queueAge(let limit): longest([reading.queuedSince.map { now - $0 }], limit, reading)
        }
    }

    private func share(_ reading: AlertReading, _ percent: Int, _ least: Int) -> AlertMeasure {
        let total = reading.endedRuns
        guard total >= max(least, 1) else { return AlertMeasure(holds: false, value: nil, sample: total) }
        // Compared without rounding, shown rounded down.
        return AlertMeasure(
            holds: reading.failed * 100 >= percent * total, value: Int64(reading.failed * 100 / total), sample: total,
            runs: reading.runs)
    }

    private func longest(_ durations: [Int64?], _ limit: Int64, _ reading: AlertReading) -> AlertMeasure {
        let longest = durations.compactMap(\.self).max()
        return AlertMeasure(holds: longest.map { $0 > limit } ?? false, value: longest, runs: reading.runs)
    }
}
