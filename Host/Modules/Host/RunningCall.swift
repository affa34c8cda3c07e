import PatchbayCore
import PatchbayOutbound
import Synchronization

/// One call while a connector has it: who waits for it, what it may do, and what it has logged.
final class RunningCall: Sendable {
    let module: LoadedModule
    let allowance: CallAllowance
    let log: CallLog

    private struct State {
        var waiter: CheckedContinuation<CallOutcome, Never>?
        /// Requests to host services that have no answer yet.
        var requests: Set<UInt64> = []
        var isOver = false
    }

    private let state = Mutex(State())

    init(module: LoadedModule, allowance: CallAllowance) {
        self.module = module
        self.allowance = allowance
        self.log = CallLog(redaction: allowance.redaction)
    }

    func wait(with continuation: CheckedContinuation<CallOutcome, Never>) {
        state.withLock { $0.waiter = continuation }
    }

    /// Resumes whoever waits. Only the one that took the call out of the table calls this, so it happens once. Requests
    /// that are still open are given up: nobody is left to use their answers.
    func settle(_ outcome: CallOutcome) {
        let (waiter, requests) = state.withLock { state in
            defer {
                state.waiter = nil
                state.requests = []
                state.isOver = true
            }
            return (state.waiter, state.requests)
        }
        for request in requests { module.side.requests.abort(request) }
        waiter?.resume(returning: outcome)
    }

    /// Notes an open request; false when the call is over and it must be given up.
    func opened(_ request: UInt64) -> Bool {
        state.withLock { state in
            if !state.isOver { state.requests.insert(request) }
            return !state.isOver
        }
    }

    func closed(_ request: UInt64) {
        _ = state.withLock { $0.requests.remove(request) }
    }
}
