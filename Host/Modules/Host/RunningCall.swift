import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import Synchronization

/// One call while a connector has it: what it is about, who waits for it, what it may do, and what it has logged.
final class RunningCall: Sendable {
    /// How it ended, with what it logged.
    struct End: Sendable {
        var outcome: CallOutcome
        var log: [LogLine] = []
    }

    let module: LoadedModule
    let invocation: Invocation
    let allowance: CallAllowance

    private struct State {
        var waiter: UnsafeContinuation<End, Never>?
        /// Requests to host services that have no answer yet.
        var requests: Set<UInt64> = []
        var log = CallLog()
        var isOver = false
    }

    private let state = Mutex(State())

    init(_ invocation: Invocation, in module: LoadedModule, _ allowance: CallAllowance) {
        self.module = module
        self.invocation = invocation
        self.allowance = allowance
    }

    /// Unchecked, because `settle` takes it out before it resumes it, and the table gives each call out once.
    func wait(with continuation: UnsafeContinuation<End, Never>) {
        state.withLock { $0.waiter = continuation }
    }

    /// Resumes whoever waits. Only the one that took the call out of the table calls this, so it happens once. Requests
    /// that are still open are given up: nobody is left to use their answers.
    func settle(_ outcome: CallOutcome) {
        let (waiter, requests, log) = state.withLock { state in
            defer {
                state.waiter = nil
                state.requests = []
                state.isOver = true
            }
            return (state.waiter, state.requests, state.log.take())
        }
        for request in requests { module.side.requests.abort(request) }
        if let redaction = allowance.redaction { module.side.ended.note(redaction) }
        waiter?.resume(returning: End(outcome: outcome, log: log))
    }

    /// Adds a line to the call's log, its secrets masked; `message` and `fields` are within the limits.
    func log(_ level: LogLine.Level, _ message: String, _ fields: JSON = .null) {
        let isFull = state.withLock { state in
            if state.log.isFull { state.log.drop() }
            return state.log.isFull
        }
        guard !isFull else { return }
        let redaction = allowance.redaction
        let line = LogLine(
            at: Timestamp(milliseconds: WallClock.now), level: level, message: redaction?.masked(message) ?? message,
            fields: redaction?.masked(fields) ?? fields)
        state.withLock { $0.log.append(line) }
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
