extension TimeZoneRules {
    /// The moments at which clocks somewhere show one time.
    package enum Moments: Hashable, Sendable {
        /// None: clocks are put forward across it, at that moment.
        case gap(change: Int64)
        case one(Int64)
        /// Clocks are put back and show it again.
        case fold(first: Int64, second: Int64)
    }

    /// When calendar and clock there show a time; nil when it is no time at all (30 February, 25 o'clock).
    package func moments(of time: CivilTime) -> Moments? {
        time.secondsSinceEpoch.map(moments(ofLocal:))
    }

    /// The same for a local time given as the seconds at which a clock in UTC would show it.
    package func moments(ofLocal local: Int64) -> Moments {
        let local = Self.bounded(local)
        // No offset is as large as 26 hours, so all periods that may hold at that time begin or end in this window.
        let (start, end) = (local - 93_600, local + 93_600)
        var found: [Int64] = []
        var passed: Int64?
        var from = start
        while true {
            let change = nextChange(after: from).flatMap { $0 > from && $0 < end ? $0 : nil }
            let moment = local - period(at: from).offset
            if moment >= from, moment < change ?? end { found.append(moment) }
            guard let change else { break }
            // Clocks showed less than this time just before the change, and more from it on.
            if passed == nil, change + period(at: change).offset > local, moment >= change { passed = change }
            from = change
        }
        switch found.count {
        case 0: return .gap(change: passed ?? local - period(at: local).offset)
        case 1: return .one(found[0])
        default: return .fold(first: found[0], second: found[found.count - 1])
        }
    }
}
