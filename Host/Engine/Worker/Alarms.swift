import PatchbayCore
import Synchronization

/// Tells the runs of a worker when their moments have come. One timer serves them all: most moments are deadlines of calls that
/// end long before, and a timer for each would cost more than such a call.
final class Alarms: Sendable {
    private struct State {
        var timers = Timers<Mailbox>()
        /// What is waited for.
        var next: Timestamp?
        /// How many are kept before those that nobody expects any longer are thrown away.
        var most = Alarms.fewest
    }

    private static let fewest = 4_096

    private let state = Mutex(State())
    /// Rings when there is an earlier one than what is waited for.
    private let earlier = Bell()

    /// How many are kept, expected or not; for tests that nothing is left behind.
    var count: Int { state.withLock { $0.timers.count } }

    /// In place of the one that was set for this mailbox before.
    func set(_ moment: Timestamp, for mailbox: Mailbox) {
        mailbox.expectAlarm(at: moment)
        let isFirst = state.withLock { state in
            state.timers.add(mailbox, at: moment)
            if state.timers.count > state.most {
                state.timers.keep { $1.expectsAlarm(at: $0) }
                state.most = max(Self.fewest, 2 * state.timers.count)
            }
            guard moment < state.next ?? Timestamp(milliseconds: .max) else { return false }
            state.next = moment
            return true
        }
        if isFirst { earlier.ring() }
    }

    /// Posts alarms until the task is cancelled.
    func ring(by clock: any WaitableTime) async {
        while !Task.isCancelled {
            let heard = earlier.rings
            if let next = postWhatIsDue(at: clock.now) {
                await earlier.wait(past: heard, until: next, clock)
            } else {
                await earlier.wait(past: heard)
            }
        }
    }

    /// Answers when there is more.
    private func postWhatIsDue(at now: Timestamp) -> Timestamp? {
        state.withLock { state in
            while let (moment, mailbox) = state.timers.first, moment <= now || !mailbox.expectsAlarm(at: moment) {
                state.timers.removeFirst()
                mailbox.postAlarm(of: moment)
            }
            state.next = state.timers.first?.moment
            return state.next
        }
    }
}
