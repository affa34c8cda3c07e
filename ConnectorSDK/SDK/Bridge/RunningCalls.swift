import CPatchbay
import Synchronization

/// The calls that have not ended, so that they can be cancelled and waited for.
final class RunningCalls: Sendable {
    private enum Entry {
        /// The task runs, but its handle is not there yet.
        case starting(isCancelled: Bool)
        case running(Task<Void, Never>)
    }

    private struct State {
        var entries: [pb_call: Entry] = [:]
        var isDraining = false
        var whenEmpty: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// False when no more calls are taken.
    func begin(_ call: pb_call) -> Bool {
        state.withLock { state in
            guard !state.isDraining else { return false }
            state.entries[call] = .starting(isCancelled: false)
            return true
        }
    }

    /// Gives the handle of a call that has begun; it may have ended by now.
    func started(_ call: pb_call, as task: Task<Void, Never>) {
        let isCancelled = state.withLock { state in
            guard case .starting(let isCancelled)? = state.entries[call] else { return false }
            state.entries[call] = .running(task)
            return isCancelled
        }
        if isCancelled { task.cancel() }
    }

    func end(_ call: pb_call) {
        let whenEmpty: (@Sendable () -> Void)? = state.withLock { state in
            state.entries[call] = nil
            guard state.entries.isEmpty else { return nil }
            defer { state.whenEmpty = nil }
            return state.whenEmpty
        }
        whenEmpty?()
    }

    func cancel(_ call: pb_call) {
        let task: Task<Void, Never>? = state.withLock { state in
            switch state.entries[call] {
            case .starting:
                state.entries[call] = .starting(isCancelled: true)
                return nil
            case .running(let task): return task
            case nil: return nil
            }
        }
        task?.cancel()
    }

    /// Takes no more calls; `done` follows once the last has ended.
    func drain(_ done: @escaping @Sendable () -> Void) {
        let isEmpty = state.withLock { state in
            state.isDraining = true
            if !state.entries.isEmpty { state.whenEmpty = done }
            return state.entries.isEmpty
        }
        if isEmpty { done() }
    }
}
