import CPatchbay
import Dispatch
import Synchronization

extension CheckHost {
    func issue(_ operation: String) -> pb_call {
        state.withLock { state in
            state.last += 1
            state.calls[state.last] = .some(nil)
            state.operations[state.last] = String(operation.prefix(60))
            return state.last
        }
    }

    /// `invoke` answered that it does not take the call.
    func refused(_ call: pb_call, _ status: Int32) {
        state.withLock { state in
            if case .some(.some) = state.calls[call] {
                state.violations.append(
                    "`\(state.operations[call] ?? "?")` answered \(status) and completed the call too.")
            }
            if !(Int32(PB_CLOSING)...Int32(PB_STALE)).contains(status) {
                state.violations.append(
                    "`\(state.operations[call] ?? "?")` answered \(status), which is no status of the ABI.")
            }
            state.calls[call] = nil
        }
    }

    func markCancelled(_ call: pb_call) { _ = state.withLock { $0.cancelled.insert(call) } }

    func wasCancelled(_ call: pb_call) -> Bool { state.withLock { $0.cancelled.contains(call) } }

    func giveUp(_ call: pb_call, _ what: String) {
        state.withLock { state in
            state.violations.append("`\(state.operations[call] ?? "?")` \(what)")
            state.calls[call] = nil
        }
    }

    /// Forgets a call that has ended; a second end is noticed all the same.
    func forget(_ call: pb_call) {
        state.withLock { state in
            state.calls[call] = nil
            state.operations[call] = nil
            state.cancelled.remove(call)
        }
    }

    func hasEnded(_ call: pb_call) -> Bool {
        state.withLock { state in
            if case .some(.some) = state.calls[call] { return true }
            return false
        }
    }

    /// Nil when it does not end in that time.
    func ending(of call: pb_call, within milliseconds: Int64) -> Ending? {
        let deadline = DispatchTime.now() + .milliseconds(Int(milliseconds))
        while true {
            if case .some(.some(let ending)) = state.withLock({ $0.calls[call] }) { return ending }
            // Each end wakes one waiter, which may not be the one concerned: so look again soon in any case.
            if ended.wait(timeout: min(deadline, .now() + .milliseconds(20))) == .timedOut, .now() >= deadline {
                if case .some(.some(let ending)) = state.withLock({ $0.calls[call] }) { return ending }
                return nil
            }
        }
    }

    /// Answers the requests that still wait, as a host does that gives calls up.
    func releaseRequests() {
        for request in state.withLock({ Array($0.requests.keys) }) { _ = abort(request) }
    }

    /// What the connector did against the contract, also in the moment after its last call.
    func violations(settling milliseconds: Int64 = 150) -> [String] {
        CheckClock.wait(milliseconds: milliseconds)
        return state.withLock { $0.violations }
    }

    /// Requests so far.
    var sent: Int { state.withLock { $0.sent } }

    /// Log lines of calls so far.
    var lines: Int { state.withLock { $0.lines } }

    var addresses: [String] { state.withLock { $0.addresses.sorted() } }
}
