package import PatchbayJSON

extension AlertCondition {
    /// A failure more or less is nothing beyond.
    package static let mostRuns = 10_000
    fileprivate static let windows: ClosedRange<Int64> = 60_000...86_400_000
    private static let limits: ClosedRange<Int64> = 1_000...30 * 86_400_000
    /// Fewer runs say little about a share of them.
    fileprivate static let standardLeast: Int64 = 20

    /// Reads one; nil when something is missing or wrong, which the reader then knows.
    package init?(reading reader: inout MemberReader) {
        guard let kind = reader.word("kind", of: Kind.self, required: true) else { return nil }
        reader.refuseUnknown(known: ["kind"] + kind.members)
        let most = Int64(Self.mostRuns)
        switch kind {
        case .failures:
            let count = reader.integer("count", in: 1...most, required: true)
            guard let window = reader.duration("window", in: Self.windows), let count else { return nil }
            self = .failures(count: Int(count), window: window)
        case .eachFailure: self = .eachFailure
        case .errorRate:
            let percent = reader.integer("percent", in: 1...100, required: true)
            guard let (window, least) = reader.windowAndLeast(), let percent else { return nil }
            self = .errorRate(percent: Int(percent), window: window, least: least)
        case .slowRuns:
            let limit = reader.duration("longer_than", in: Self.limits)
            guard let (window, least) = reader.windowAndLeast(), let limit else { return nil }
            self = .slowRuns(p95: limit, window: window, least: least)
        case .longRun:
            guard let limit = reader.duration("longer_than", in: Self.limits) else { return nil }
            self = .longRun(limit)
        case .queueAge:
            guard let limit = reader.duration("longer_than", in: Self.limits) else { return nil }
            self = .queueAge(limit)
        }
    }

    /// One that was stored; nil when this version does not know it.
    package init?(_ stored: JSON) {
        var reader = MemberReader(stored.object ?? [:], at: "", subject: "the condition")
        self.init(reading: &reader)
        guard reader.problems.isEmpty else { return nil }
    }
}

extension AlertCondition.Kind {
    fileprivate var members: [String] {
        switch self {
        case .failures: ["count", "window"]
        case .eachFailure: []
        case .errorRate: ["percent", "window", "least_runs"]
        case .longRun, .queueAge: ["longer_than"]
        case .slowRuns: ["longer_than", "window", "least_runs"]
        }
    }
}

extension MemberReader {
    /// A duration that has to be there.
    fileprivate mutating func duration(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        let wanted = "a duration from \(DurationText.text(range.lowerBound)) to \(DurationText.text(range.upperBound))"
        guard object[name] != nil else {
            report("missing-member", "\(subject) lacks \(name.quoted)", hint: "it must be \(wanted)")
            return nil
        }
        guard let value = duration(name) else { return nil }
        guard range.contains(value) else {
            report("bad-duration", at: name, "\(name.quoted) of \(subject) must be \(wanted)")
            return nil
        }
        return value
    }

    fileprivate mutating func windowAndLeast() -> (window: Int64, least: Int)? {
        let least =
            object["least_runs"] == nil
            ? AlertCondition.standardLeast : integer("least_runs", in: 1...Int64(AlertCondition.mostRuns))
        guard let window = duration("window", in: AlertCondition.windows), let least else { return nil }
        return (window, Int(least))
    }
}
