import Synchronization

/// Work that many want the result of and that is done once: whoever comes while it is under way gets what it comes to. Only
/// so many are under way at a time; the others wait their turn.
///
/// The work goes on when those who wait for it give up, since it may have had its effect already; so it must end by itself.
final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Flight {
        var waiters: [Int: CheckedContinuation<Value, any Error>] = [:]
        let work: @Sendable () async throws -> Value
    }

    private struct State {
        var flights: [Key: Flight] = [:]
        var queue: [Key] = []
        var running = 0
        var nextWaiter = 0
    }

    private let most: Int
    private let state = Mutex(State())

    /// - Parameter most: How many are under way at a time.
    init(most: Int) { self.most = max(most, 1) }

    func value(for key: Key, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (isGone, starts) = state.withLock { state in
                    // `onCancel` may have run already, when there was nobody to tell.
                    if Task.isCancelled { return (true, false) }
                    if state.flights[key] != nil {
                        state.flights[key]?.waiters[waiter] = continuation
                        return (false, false)
                    }
                    state.flights[key] = Flight(waiters: [waiter: continuation], work: work)
                    guard state.running < self.most else {
                        state.queue.append(key)
                        return (false, false)
                    }
                    state.running += 1
                    return (false, true)
                }
                if isGone { continuation.resume(throwing: CancellationError()) }
                if starts { Task { await self.run(from: key) } }
            }
        } onCancel: {
            let continuation = state.withLock { $0.flights[key]?.waiters.removeValue(forKey: waiter) }
            continuation?.resume(throwing: CancellationError())
        }
    }

    /// Does the work for a key, and then for those that wait their turn.
    private func run(from first: Key) async {
        var next: Key? = first
        while let key = next {
            guard let work = state.withLock({ $0.flights[key]?.work }) else { break }
            let result: Result<Value, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            let waiters: [CheckedContinuation<Value, any Error>]
            (waiters, next) = state.withLock { state in
                let waiters = state.flights.removeValue(forKey: key).map { Array($0.waiters.values) } ?? []
                guard !state.queue.isEmpty else {
                    state.running -= 1
                    return (waiters, nil)
                }
                return (waiters, state.queue.removeFirst())
            }
            for waiter in waiters { waiter.resume(with: result) }
        }
    }
}
