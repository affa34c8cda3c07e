import Synchronization

/// Lets a limited number in; the others wait in the order they came.
final class ConcurrencyGate: Sendable {
    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var free: Int
        var isClosed = false
        /// Told when the last one has left after closing.
        var emptied: (@Sendable () -> Void)?
        var waiting: [Waiter] = []
        var counter: UInt64 = 0
        /// Waiters that were cancelled before they had begun to wait.
        var cancelled: Set<UInt64> = []
    }

    private let limit: Int
    private let state: Mutex<State>

    init(limit: Int) {
        self.limit = limit
        state = Mutex(State(free: limit))
    }

    /// Enters when there is a place; false when not.
    func tryEnter() -> Bool {
        state.withLock { state in
            guard state.free > 0, !state.isClosed else { return false }
            state.free -= 1
            return true
        }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Lets nobody in any more, and turns away those who wait.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.continuation.resume(returning: false) }
    }

    /// After closing: waits until everyone has left; false when that takes too long.
    func empty(atMost time: Duration) async -> Bool {
        await BlockingWork.untilSettled(atMost: time) { settle in
            let isEmpty = state.withLock { state in
                if state.free < limit { state.emptied = settle }
                return state.free == limit
            }
            if isEmpty { settle() }
        }
    }

    /// Enters, or answers false when the task was cancelled, the time is over, or it closes.
    func enter(within limit: Duration) async -> Bool {
        if tryEnter() { return true }
        return await withTaskGroup(of: Bool?.self) { group in
            group.addTask { await self.wait() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            // The first word counts, but a place that was given all the same must be given back.
            let first = await group.next() ?? nil
            group.cancelAll()
            guard first == nil else { return first == true }
            for await late in group where late == true { self.leave() }
            return false
        }
    }

    func leave() {
        let hasLeft = state.withLock { state in
            guard state.waiting.isEmpty, state.emptied == nil else { return false }
            state.free += 1
            return true
        }
        if !hasLeft { leaveToOthers() }
    }

    /// Leaves where somebody waits for a place, or for all to have left.
    private func leaveToOthers() {
        let (next, emptied): (Waiter?, (@Sendable () -> Void)?) = state.withLock { state in
            guard state.waiting.isEmpty else { return (state.waiting.removeFirst(), nil) }
            state.free += 1
            return (nil, state.free == limit ? state.emptied : nil)
        }
        next?.continuation.resume(returning: true)
        emptied?()
    }

    private func wait() async -> Bool {
        let number = state.withLock { state in
            state.counter += 1
            return state.counter
        }
        // A cancellation that came too late must not be remembered.
        defer { _ = state.withLock { $0.cancelled.remove(number) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.remove(number) != nil { return false }
                    if state.isClosed { return false }
                    guard state.free == 0 else {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append(Waiter(number: number, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter: Waiter? = state.withLock { state in
                guard let index = state.waiting.firstIndex(where: { $0.number == number }) else {
                    state.cancelled.insert(number)
                    return nil
                }
                return state.waiting.remove(at: index)
            }
            waiter?.continuation.resume(returning: false)
        }
    }
}
