import CLinux
import Dispatch
import Glibc
import Synchronization

/// Whose turn it is to listen to a runner.
///
/// By right it is the listening thread's: it sleeps in the kernel until a frame comes, and then wakes the task that waits, on
/// another thread. Each of these wakes costs as much as the whole way to the runner and back. Where calls end within
/// microseconds the listening thread therefore steps aside for a while, and a caller that has just sent a call waits for
/// frames itself: at most `longest`, so no thread of a task is held up by a connector. It passes the turn back when that was
/// not enough, and the next calls are not waited for like that until such calls have again been short.
final class RunnerTurn: Sendable {
    private struct State {
        /// The listening thread has stepped aside.
        var isAside = false
        var isTaken = false
        var isOver = false
        /// How many calls in a row were short, up to a few.
        var shortCalls = 0
        var inFlight = 0
        /// Calls that were ever sent.
        var calls: Int64 = 0
        /// When the last call was sent, in nanoseconds.
        var sent: UInt64 = 0
        var lastEnded: UInt64 = 0
    }

    private let state = Mutex(State())
    private let back = DispatchSemaphore(value: 0)

    /// Nanoseconds that a caller waits at most.
    private static let longest: UInt64 = 100_000
    /// Nanoseconds below which a call is short.
    private static let short: UInt64 = 80_000
    /// Short calls in a row that make the next one likely to be short.
    private static let enough = 3
    /// How long the listening thread stays aside while nobody calls.
    private static let aside = DispatchTimeInterval.milliseconds(20)

    // MARK: The caller

    /// Notes a call that was sent; true when it is the caller's turn to listen.
    func take(for call: UInt64) -> Bool {
        let now = Self.now
        return state.withLock { state in
            state.inFlight += 1
            state.calls += 1
            state.sent = now
            guard state.isAside, !state.isTaken, !state.isOver else { return false }
            state.isTaken = true
            return true
        }
    }

    /// Nanoseconds that the caller may still wait; nil when its time is over.
    var patience: UInt64? {
        let waited = Self.now &- state.withLock { $0.sent }
        return waited < Self.longest ? Self.longest - waited : nil
    }

    func hasEnded(_ call: UInt64) -> Bool { state.withLock { $0.lastEnded == call } }

    /// The call has ended. The turn is nobody's then, unless other calls are under way.
    func leave() {
        let mustWake = state.withLock { state in
            state.isTaken = false
            if state.inFlight > 0 { state.isAside = false }
            return !state.isAside
        }
        if mustWake { back.signal() }
    }

    /// The call takes longer, or something is wrong.
    func pass() {
        state.withLock { ($0.isTaken, $0.isAside, $0.shortCalls) = (false, false, 0) }
        back.signal()
    }

    // MARK: Whoever listens

    func noteSent() {
        let now = Self.now
        state.withLock { ($0.inFlight, $0.calls, $0.sent) = ($0.inFlight + 1, $0.calls + 1, now) }
    }

    func noteEnded(_ call: UInt64) {
        let now = Self.now
        state.withLock { state in
            state.lastEnded = call
            state.inFlight -= 1
            let isShort = now &- state.sent < Self.short
            state.shortCalls = isShort ? min(state.shortCalls + 1, Self.enough) : 0
        }
    }

    // MARK: The listening thread

    /// After a frame: steps aside when calls are short and none is under way; returns when it is its turn again.
    func afterFrame() {
        let stepsAside = state.withLock { state in
            guard state.shortCalls >= Self.enough, state.inFlight <= 0, !state.isOver else { return false }
            state.isAside = true
            return true
        }
        guard stepsAside else { return }
        while true {
            if back.wait(timeout: .now() + Self.aside) == .success { return }
            let isMine = state.withLock { state in
                guard state.isAside else { return false }
                guard !state.isTaken else { return false }
                state.isAside = false
                return true
            }
            if isMine { return }
        }
    }

    /// Calls that were ever sent.
    var calls: Int64 { state.withLock { $0.calls } }

    func end() { state.withLock { $0.isOver = true } }

    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
