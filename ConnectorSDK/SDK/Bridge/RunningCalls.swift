import CPatchbay
import Synchronization

/// The calls that have not ended, so that they can be cancelled and waited for.
///
/// Each stands at a place of its own, which it knows: beginning and ending look nothing up. Only a cancellation, which is
/// rare, looks through all of them.
final class RunningCalls: Sendable {
    private enum Place {
        case free
        /// The task runs, but its handle is not there yet.
        case starting(pb_call, isCancelled: Bool)
        case running(pb_call, Task<Void, Never>)
    }

    private struct State {
        var places: [Place] = []
        var free: [Int] = []
        var isDraining = false
        var whenEmpty: (@Sendable () -> Void)?

        var isEmpty: Bool { free.count == places.count }
    }

    private let state = Mutex(State())

    /// Where the call stands until it ends; nil when no more calls are taken.
    func begin(_ call: pb_call) -> Int? {
        state.withLock { state in
            guard !state.isDraining else { return nil }
            guard let place = state.free.popLast() else {
                state.places.append(.starting(call, isCancelled: false))
                return state.places.count - 1
            }
            state.places[place] = .starting(call, isCancelled: false)
            return place
        }
    }

    /// Gives the handle of a call that has begun; it may have ended by now, and another one stand there.
    func started(_ call: pb_call, at place: Int, as task: Task<Void, Never>) {
        let isCancelled = state.withLock { state in
            guard case .starting(call, let isCancelled) = state.places[place] else { return false }
            state.places[place] = .running(call, task)
            return isCancelled
        }
        if isCancelled { task.cancel() }
    }

    /// Once for each that has begun.
    func end(at place: Int) {
        let whenEmpty: (@Sendable () -> Void)? = state.withLock { state in
            state.places[place] = .free
            state.free.append(place)
            guard state.isDraining, state.isEmpty else { return nil }
            defer { state.whenEmpty = nil }
            return state.whenEmpty
        }
        whenEmpty?()
    }

    func cancel(_ call: pb_call) {
        let task: Task<Void, Never>? = state.withLock { state in
            for place in state.places.indices {
                switch state.places[place] {
                case .starting(call, _):
                    state.places[place] = .starting(call, isCancelled: true)
                    return nil
                case .running(call, let task): return task
                default: continue
                }
            }
            return nil
        }
        task?.cancel()
    }

    /// Takes no more calls; `done` follows once the last has ended.
    func drain(_ done: @escaping @Sendable () -> Void) {
        let isEmpty = state.withLock { state in
            state.isDraining = true
            if !state.isEmpty { state.whenEmpty = done }
            return state.isEmpty
        }
        if isEmpty { done() }
    }
}
