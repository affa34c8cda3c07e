import CPatchbay
import Dispatch
import Synchronization

/// One request to the host: first its word on whether it makes it, then the answer.
final class Exchange: @unchecked Sendable {
    // Unchecked for what the library gave, which may be used on any thread.
    let reply: pb_http_reply_fn
    let user: UnsafeMutableRawPointer?
    private let out: UnsafeMutablePointer<pb_request>?
    private let status = Mutex<Int32?>(nil)
    private let settled = DispatchSemaphore(value: 0)

    init(reply: @escaping pb_http_reply_fn, user: UnsafeMutableRawPointer?, out: UnsafeMutablePointer<pb_request>?) {
        self.reply = reply
        self.user = user
        self.out = out
    }

    var isSettled: Bool { status.withLock { $0 != nil } }

    /// Whoever asked waits, so `out` is still theirs.
    func settle(_ answer: Int32, _ request: pb_request) {
        if answer == PB_OK { out?.pointee = request }
        status.withLock { $0 = answer }
        settled.signal()
    }

    func wait() -> Int32 {
        settled.wait()
        return status.withLock { $0 ?? Int32(PB_INVALID) }
    }
}

/// The requests that are under way.
final class Exchanges: Sendable {
    private struct State {
        var counter: UInt64 = 0
        /// By sequence number: the host has not said whether it makes them.
        var asked: [UInt64: Exchange] = [:]
        /// By request: no answer yet.
        var open: [UInt64: Exchange] = [:]
    }

    private let state = Mutex(State())

    func begin(_ exchange: Exchange) -> UInt64 {
        state.withLock { state in
            state.counter += 1
            state.asked[state.counter] = exchange
            return state.counter
        }
    }

    func taken(_ sequence: UInt64, as request: UInt64, status: Int32) {
        let exchange = state.withLock { state in
            let exchange = state.asked.removeValue(forKey: sequence)
            if status == PB_OK { state.open[request] = exchange }
            return exchange
        }
        exchange?.settle(status, request)
    }

    func isOpen(_ request: UInt64) -> Bool { state.withLock { $0.open[request] != nil } }

    func end(_ request: UInt64) -> Exchange? { state.withLock { $0.open.removeValue(forKey: request) } }
}
