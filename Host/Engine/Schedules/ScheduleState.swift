package import PatchbayCore

/// How far a schedule has come, and what is to be done about the times that have come since. Pure.
package struct ScheduleState: Sendable, Equatable {
    /// What is to be done, in the order of the times.
    package enum Decision: Sendable, Equatable {
        case start(Timestamp)
        /// The run before has not ended, and the schedule does not let two go on.
        case skip(Timestamp)
        /// Nobody was there; so many times, of which this was the last.
        case miss(Timestamp, times: Int)
    }

    /// Times of one schedule that are dealt with at once; the rest is due again immediately.
    static let mostAtOnce = 100
    /// Missed times that are counted one by one. Of more, the number is an estimate.
    static let mostCounted = 10_000

    /// Times until this one are dealt with.
    package var after: Timestamp
    /// The time that comes next, nil when none does.
    package var nextTime: Timestamp?
    /// When it is to be dealt with.
    package var nextAt: Timestamp?

    package init(after: Timestamp) { self.after = after }

    /// Decides about all times that have come by `now`.
    ///
    /// - Parameter isRunning: Whether the run that was started last goes on.
    package mutating func advance(
        to now: Timestamp, by spec: ScheduleSpec, _ times: ScheduleTimes, isRunning: Bool
    ) -> [Decision] {
        var late = Late(most: spec.missed == .all ? spec.most : spec.missed == .once ? 1 : 0)
        var due: [Timestamp] = []
        let first = after
        (nextTime, nextAt) = (nil, nil)
        while let time = times.next(after: after) {
            let moment = times.moment(of: time)
            guard moment <= now, due.count < Self.mostAtOnce else {
                (nextTime, nextAt) = (time, moment)
                break
            }
            after = time
            guard now - moment > spec.grace else {
                due.append(time)
                continue
            }
            late.add(time)
            if late.count == Self.mostCounted { leap(to: now, by: spec, since: first, &late) }
        }
        return decisions(late, due, spec, isRunning: isRunning)
    }

    /// Passes over what would take long to count: a second's schedule after a week.
    private mutating func leap(to now: Timestamp, by spec: ScheduleSpec, since first: Timestamp, _ late: inout Late) {
        let stride = max(1, (after - first) / Int64(late.count))
        let target = now + -(spec.grace + spec.jitter + stride * 2 * Int64(late.most + 1))
        guard target > after else { return }
        late.passOver(Int((target - after) / stride))
        after = target
    }

    private func decisions(
        _ late: Late, _ due: [Timestamp], _ spec: ScheduleSpec, isRunning: Bool
    ) -> [Decision] {
        var decisions: [Decision] = []
        if let lost = late.lost { decisions.append(.miss(lost.last, times: lost.times)) }
        var isRunning = isRunning
        for time in late.kept + due {
            if spec.overlap == .skip, isRunning {
                decisions.append(.skip(time))
            } else {
                decisions.append(.start(time))
                isRunning = true
            }
        }
        return decisions
    }

    /// Missed times, of which the last few are made up for.
    private struct Late {
        let most: Int
        private(set) var count = 0
        /// The last ones.
        private(set) var kept: [Timestamp] = []
        private(set) var lost: (last: Timestamp, times: Int)?

        init(most: Int) { self.most = most }

        mutating func add(_ time: Timestamp) {
            count += 1
            kept.append(time)
            guard kept.count > most else { return }
            lost = (kept.removeFirst(), (lost?.times ?? 0) + 1)
        }

        mutating func passOver(_ more: Int) {
            guard let last = kept.last ?? lost?.last else { return }
            lost = (last, (lost?.times ?? 0) + kept.count + more)
            kept = []
        }
    }
}
