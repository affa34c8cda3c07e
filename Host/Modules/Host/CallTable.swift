import Dispatch
import PatchbayOutbound
import Synchronization

/// The calls that run in connectors, by the numbers that these know them by.
///
/// One short lock; continuations are resumed and connectors called outside it. One timer for all calls: it sleeps until the
/// next deadline, so a call costs it nothing, and none runs when there are no calls.
package final class CallTable: Sendable {
    typealias Slots = CallSlots<RunningCall>

    private struct State {
        var slots = Slots()
        /// When the timer goes off.
        var wake: Int64 = .max
        /// Who had the calls that were given up, for those that come late.
        var givenUp: [UInt64: String] = [:]
        var lateCompletions = 0
    }

    private let state = Mutex(State())
    /// Unsafe in name only: dispatch sources may be used from any thread.
    nonisolated(unsafe) private let timer: any DispatchSourceTimer
    /// Milliseconds a connector has to end a call that it was told to cancel.
    private let grace: Int64

    package init(grace: Duration = .seconds(2)) {
        self.grace = grace.milliseconds
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "patchbay.calls"))
        // Not weak, which would make each call count this table's references in a second place. The timer runs only after a
        // call came, and its module's side, which is immortal, has this table.
        timer.setEventHandler { [unowned self] in expire() }
        timer.activate()
    }

    deinit { timer.cancel() }

    /// Calls that run now.
    package var count: Int { state.withLock { $0.slots.count } }

    /// Completions of calls that had been given up.
    package var lateCompletions: Int { state.withLock { $0.lateCompletions } }

    /// Gives a call its number; nil when there are too many. `deadline` by `MonotonicClock`.
    func reserve(_ call: RunningCall, deadline: Int64) -> UInt64? {
        let (id, mustWake) = state.withLock { state in
            let id = state.slots.reserve(call, deadline: deadline)
            return (id, wake(&state, at: deadline))
        }
        if mustWake { schedule(deadline) }
        return id
    }

    /// Nil when the connector may be asked now; else why it need not be.
    func begin(_ id: UInt64) -> CancelReason? { state.withLock { $0.slots.begin(id) } }

    /// After the connector has taken the call on: passes on what was wanted meanwhile.
    func accept(_ id: UInt64, by call: RunningCall) {
        if let reason = state.withLock({ $0.slots.accept(id) }) { call.module.cancel(id, reason) }
    }

    /// Ends a call of that module; nil when it is over already, or another module's.
    func end(_ id: UInt64, of module: HostSide) -> RunningCall? {
        state.withLock { state in
            guard state.slots.payload(id)?.module.side === module else { return nil }
            return state.slots.end(id)
        }
    }

    /// A call of that module; nil when it is over, or another module's.
    func call(_ id: UInt64, of module: HostSide) -> RunningCall? {
        let call = state.withLock { $0.slots.payload(id) }
        return call?.module.side === module ? call : nil
    }

    func isCancelled(_ id: UInt64) -> Bool? { state.withLock { $0.slots.isCancelled(id) } }

    func cancel(_ id: UInt64, _ reason: CancelReason) {
        let end = MonotonicClock.now &+ grace
        let (call, mustWake) = state.withLock { state in
            let call = state.slots.cancel(id, reason, now: end &- grace, grace: grace)
            return (call, wake(&state, at: end))
        }
        if mustWake { schedule(end) }
        call?.module.cancel(id, reason)
    }

    /// What masks the secrets of the module's calls that run.
    func redactions(of module: HostSide) -> [Redaction] {
        state.withLock { state in
            let ids = state.slots.ids { $0.module.side === module && $0.allowance.redaction != nil }
            return ids.compactMap { state.slots.payload($0)?.allowance.redaction }
        }
    }

    /// Numbers of the module's calls that run.
    func calls(of module: HostSide) -> [UInt64] {
        state.withLock { $0.slots.ids { $0.module.side === module } }
    }

    /// Counts a completion that came too late; answers whose it was, when the call had been given up not long ago.
    func noteLate(_ id: UInt64) -> String? {
        state.withLock { state in
            guard let module = state.givenUp.removeValue(forKey: id) else { return nil }
            state.lateCompletions += 1
            return module
        }
    }

    /// The numbers of given-up calls that are remembered, so that a connector that loses calls cannot fill the memory.
    private static let longestMemory = 1_000

    private func expire() {
        let now = MonotonicClock.now
        let expired = state.withLock { state in
            let expired = state.slots.expire(now: now, grace: grace)
            for call in expired.givenUp where state.givenUp.count < Self.longestMemory {
                state.givenUp[call.id] = call.payload.module.side.label
            }
            state.wake = expired.next
            return expired
        }
        if expired.next != .max { schedule(expired.next) }
        for (id, call) in expired.cancel { call.module.cancel(id, .deadline) }
        for (id, call, reason) in expired.givenUp {
            call.module.giveUp(id)
            call.settle(.givenUp(reason))
        }
    }

    private func wake(_ state: inout State, at moment: Int64) -> Bool {
        guard moment < state.wake else { return false }
        state.wake = moment
        return true
    }

    private func schedule(_ moment: Int64) {
        let left = max(0, moment &- MonotonicClock.now)
        // A millisecond more, so that rounding down does not wake it before the time.
        timer.schedule(deadline: .now() + .milliseconds(Int(clamping: min(left, Self.longestSleep)) + 1))
    }

    /// A day: deadlines may lie further away than timers reach; it then looks and sleeps again.
    private static let longestSleep: Int64 = 86_400_000
}
