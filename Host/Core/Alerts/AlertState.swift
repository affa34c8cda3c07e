package import PatchbayJSON

/// Whether an alert fires, and whether people are told. Pure: it takes what was measured and the time.
///
/// - People are told when it fires, and when that is over. In between they hear nothing more.
/// - For a quiet period after it was told that it fires, nobody is told that it fires again, however often it comes and goes.
///   When it still fires at the end of the period, people are told then.
/// - Who was told that it fires is told that it is over, at once; who was not is told of neither.
package struct AlertState: Sendable, Equatable {
    package private(set) var isFiring = false
    /// When it began to fire.
    package private(set) var since: Timestamp?
    /// Whether people were told that it fires.
    package private(set) var isTold = false
    /// Until when nobody is told that it fires.
    package private(set) var quietUntil: Timestamp?
    /// How often it fired since the last message without people being told.
    package private(set) var unheard = 0
    /// Number of the last failure that people were told of, or need not be.
    package private(set) var seen: Int64 = 0

    package init() {}

    /// What becomes of it; nil: nothing.
    package mutating func apply(
        _ measure: AlertMeasure, of condition: AlertCondition, quiet: Int64, at now: Timestamp
    ) -> AlertChange? {
        let isQuiet = quietUntil.map { now < $0 } ?? false
        if condition == .eachFailure { return applyEach(measure, isQuiet, quiet, now) }
        switch (isFiring, measure.holds) {
        case (false, false): return nil
        case (false, true):
            isFiring = true
            since = now
            guard isQuiet else { return tell(.fired, quiet, now) }
            unheard += 1
            return AlertChange(.fired, since: now, isTold: false)
        case (true, true):
            guard !isTold, !isQuiet else { return nil }
            // It is told of itself now.
            unheard -= 1
            return tell(.continued, quiet, now)
        case (true, false):
            let change = AlertChange(.resolved, since: since, isTold: isTold)
            isFiring = false
            since = nil
            isTold = false
            return change
        }
    }

    /// Failures are counted until they can be told, and are not over afterwards.
    private mutating func applyEach(
        _ measure: AlertMeasure, _ isQuiet: Bool, _ quiet: Int64, _ now: Timestamp
    ) -> AlertChange? {
        guard measure.holds else {
            seen = max(seen, measure.lastFailure)
            return nil
        }
        guard !isQuiet else { return nil }
        seen = max(seen, measure.lastFailure)
        quietUntil = now + quiet
        return AlertChange(.fired, since: now, isTold: true)
    }

    private mutating func tell(_ kind: AlertEvent.Kind, _ quiet: Int64, _ now: Timestamp) -> AlertChange {
        defer {
            isTold = true
            quietUntil = now + quiet
            unheard = 0
        }
        return AlertChange(kind, since: since, isTold: true, unheard: unheard)
    }
}

/// What became of an alert.
package struct AlertChange: Sendable, Equatable {
    package var kind: AlertEvent.Kind
    /// When it began to fire.
    package var since: Timestamp?
    /// Whether people are told.
    package var isTold: Bool
    /// How often it fired before, since the last message, without people being told.
    package var unheard: Int

    package init(_ kind: AlertEvent.Kind, since: Timestamp? = nil, isTold: Bool, unheard: Int = 0) {
        self.kind = kind
        self.since = since
        self.isTold = isTold
        self.unheard = unheard
    }
}

extension AlertState {
    /// As it is stored.
    package var json: JSON {
        [
            "is_firing": .bool(isFiring), "since": since.map { .int($0.milliseconds) } ?? .null,
            "is_told": .bool(isTold), "quiet_until": quietUntil.map { .int($0.milliseconds) } ?? .null,
            "unheard": .int(Int64(unheard)), "seen": .int(seen),
        ]
    }

    /// What is missing is as at the beginning.
    package init(_ stored: JSON) {
        func moment(_ name: String) -> Timestamp? { stored[name]?.int.map { Timestamp(milliseconds: $0) } }
        isFiring = stored["is_firing"]?.bool ?? false
        since = moment("since")
        isTold = stored["is_told"]?.bool ?? false
        quietUntil = moment("quiet_until")
        unheard = Int(stored["unheard"]?.int ?? 0)
        seen = stored["seen"]?.int ?? 0
    }
}
