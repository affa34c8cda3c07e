import CLinux
import Dispatch
import Glibc
import Synchronization

/// Whose turn it is to listen to a runner.
///
/// By right it is the listening thread's: it sleeps in the kernel until a frame comes, and then wakes the task that waits, on
/// another thread. Each of these wakes costs as much as the whole way to the runner and back. Where calls end within
/// microseconds the listening thread therefore steps aside for a while, and a caller that has just sent a call waits for
/// frames itself: for one or two ticks of the kernel's clock at most, so no thread of a task is held up by a connector for
/// longer. It passes the turn back when that was not enough, and calls are not waited for like that until more of them in a row
/// have been short, twice as many each time. In the whole process half as many callers may wait so as there are processors.
final class RunnerTurn: Sendable {
    private struct State {
        /// The listening thread has stepped aside.
        var isAside = false
        var isTaken = false
        var isOver = false
        /// How many calls in a row were short.
        var shortCalls = 0
        /// How many must have been for the next one to be likely to be.
        var enough = RunnerTurn.leastEnough
        var inFlight = 0
        /// Calls that were ever sent.
        var calls: Int64 = 0
        /// When the last call was sent, in nanoseconds.
        var sent: UInt64 = 0
        var lastEnded: UInt64 = 0
    }

    private let state = Mutex(State())
    private let back = DispatchSemaphore(value: 0)

    /// Nanoseconds after which a caller waits for no further frame.
    private static let longest: UInt64 = 400_000
    /// Nanoseconds below which a call is short.
    private static let short: UInt64 = 200_000
    private static let leastEnough = 3
    private static let mostEnough = 10_000
    /// Callers that wait for frames now, in the whole process, and how many may.
    private static let waiting = Atomic(0)
    private static let mostWaiting = max(1, RunnerLimits.cores / 2)
    /// How long the listening thread stays aside while nobody calls.
    private static let aside = DispatchTimeInterval.milliseconds(20)

    // MARK: The caller

    /// Notes a call that is about to be sent.
    func begin() {
        let now = Self.now
        state.withLock { ($0.inFlight, $0.calls, $0.sent) = ($0.inFlight + 1, $0.calls + 1, now) }
    }

    /// Takes that back: it could not be sent.
    func withdraw() { state.withLock { $0.inFlight -= 1 } }

    /// After it was sent: true when it is the caller's turn to listen for its end.
    func take(for call: UInt64) -> Bool {
        let (isMine, mustWake) = state.withLock { state -> (Bool, Bool) in
            // It may have ended meanwhile: then nothing would come.
            guard state.isAside, !state.isTaken, !state.isOver, state.inFlight > 0, state.lastEnded != call else {
                return (false, false)
            }
            guard Self.enter() else {
                state.isAside = false
                return (false, true)
            }
            state.isTaken = true
            return (true, false)
        }
        if mustWake { back.signal() }
        return isMine
    }

    private static func enter() -> Bool {
        if waiting.wrappingAdd(1, ordering: .relaxed).newValue <= mostWaiting { return true }
        exit()
        return false
    }

    private static func exit() { waiting.wrappingSubtract(1, ordering: .relaxed) }

    /// Whether the caller may wait for another frame.
    var isPatient: Bool { Self.now &- state.withLock { $0.sent } < Self.longest }

    func hasEnded(_ call: UInt64) -> Bool { state.withLock { $0.lastEnded == call } }

    /// The call has ended. The turn is nobody's then, unless other calls are under way.
    func leave() {
        Self.exit()
        let mustWake = state.withLock { state in
            state.isTaken = false
            if state.inFlight > 0 { state.isAside = false }
            return !state.isAside
        }
        if mustWake { back.signal() }
    }

    /// The call takes longer, or something is wrong.
    func pass() {
        Self.exit()
        state.withLock { state in
            (state.isTaken, state.isAside, state.shortCalls) = (false, false, 0)
            state.enough = min(2 * state.enough, Self.mostEnough)
        }
        back.signal()
    }

    // MARK: Whoever listens

    func noteEnded(_ call: UInt64) {
        let now = Self.now
        state.withLock { state in
            state.lastEnded = call
            state.inFlight -= 1
            let isShort = now &- state.sent < Self.short
            state.shortCalls = isShort ? min(state.shortCalls + 1, Self.mostEnough) : 0
            // Forgotten when many more than that were short.
            if state.shortCalls > 16 * state.enough { state.enough = max(Self.leastEnough, state.enough / 2) }
        }
    }

    // MARK: The listening thread

    /// After a frame: steps aside when calls are short and none is under way; returns when it is its turn again.
    func afterFrame() {
        let stepsAside = state.withLock { state in
            guard state.shortCalls >= state.enough, state.inFlight <= 0, !state.isOver else { return false }
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
