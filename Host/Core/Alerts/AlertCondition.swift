package import PatchbayJSON

/// When an alert fires. Durations are in milliseconds.
package enum AlertCondition: Sendable, Equatable {
    /// So many runs failed within the window.
    case failures(count: Int, window: Int64)
    /// A run failed: each is told of, those of a quiet period together.
    case eachFailure
    /// So many percent of the runs that ended within the window failed, of `least` or more.
    case errorRate(percent: Int, window: Int64, least: Int)
    /// A run under way takes longer, or one that ended a moment ago did.
    case longRun(Int64)
    /// Of the runs that ended within the window, `least` or more, one in twenty took longer.
    case slowRuns(p95: Int64, window: Int64, least: Int)
    /// A run waits longer for its first worker.
    case queueAge(Int64)

    /// The words stand in documents and in the guide.
    package enum Kind: String, Sendable, CaseIterable {
        case failures
        case eachFailure = "each_failure"
        case errorRate = "error_rate"
        case longRun = "long_run"
        case slowRuns = "p95_duration"
        case queueAge = "queue_age"

        /// What its values count.
        package var unit: Unit {
            switch self {
            case .failures, .eachFailure: .runs
            case .errorRate: .percent
            case .longRun, .slowRuns, .queueAge: .milliseconds
            }
        }
    }

    package enum Unit: String, Sendable, CaseIterable { case runs, percent, milliseconds }

    /// How long a run that has ended is remembered by `longRun`: longer than from one look to the next.
    package static let memory: Int64 = 60_000

    package var kind: Kind {
        switch self {
        case .failures: .failures
        case .eachFailure: .eachFailure
        case .errorRate: .errorRate
        case .longRun: .longRun
        case .slowRuns: .slowRuns
        case .queueAge: .queueAge
        }
    }

    /// How far back it looks at runs that have ended; nil: not at all, or by another measure than time.
    package var window: Int64? {
        switch self {
        case .failures(_, let window), .errorRate(_, let window, _), .slowRuns(_, let window, _): window
        case .longRun: Self.memory
        case .eachFailure, .queueAge: nil
        }
    }

    /// From one look to the next: the longer the window, the less changes.
    package var interval: Int64 {
        switch self {
        case .errorRate(_, let window, _), .slowRuns(_, let window, _): min(max(window / 120, 5_000), 60_000)
        default: 5_000
        }
    }

    /// As documents have it.
    package var json: JSON {
        var object: JSONObject = ["kind": .string(kind.rawValue)]
        switch self {
        case .failures(let count, let window):
            object["count"] = .int(Int64(count))
            object["window"] = .string(DurationText.text(window))
        case .eachFailure: break
        case .errorRate(let percent, let window, let least):
            object["percent"] = .int(Int64(percent))
            object["window"] = .string(DurationText.text(window))
            object["least_runs"] = .int(Int64(least))
        case .longRun(let limit), .queueAge(let limit): object["longer_than"] = .string(DurationText.text(limit))
        case .slowRuns(let p95, let window, let least):
            object["longer_than"] = .string(DurationText.text(p95))
            object["window"] = .string(DurationText.text(window))
            object["least_runs"] = .int(Int64(least))
        }
        return .object(object)
    }
}
