import Synchronization

/// Reads of what may change, shared by those who ask at the same time. Each caller gets what a read found that began after it
/// had asked, so that nobody sees less than they know already; yet of one thing only one read is under way, however many ask.
package final class SharedReads<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// What becomes of one who has waited for a read to end.
    private enum Turn: Sendable {
        /// It reads, for the others who wait too.
        case reads
        case hears(Result<Value, any Error>)
    }

    /// Those who came while a read was under way.
    private let waiting = Mutex<[Key: [CheckedContinuation<Turn, Never>]]>([:])

    package init() {}

    /// How many wait for a read to end.
    func waitingCount(for key: Key) -> Int { waiting.withLock { $0[key]?.count ?? 0 } }

    /// - Parameter read: Ends by itself within seconds.
    package func value(of key: Key, reading read: () async throws -> Value) async throws -> Value {
        let turn = await withCheckedContinuation { continuation in
            let isFirst = waiting.withLock { waiting in
                guard waiting[key] != nil else {
                    waiting[key] = []
                    return true
                }
                waiting[key]?.append(continuation)
                return false
            }
            if isFirst { continuation.resume(returning: .reads) }
        }
        switch turn {
        case .hears(let result): return try result.get()
        case .reads: return try await lead(key, read)
        }
    }

    /// Reads for those who wait by now; the first of those who come meanwhile reads next.
    private func lead(_ key: Key, _ read: () async throws -> Value) async throws -> Value {
        let others = waiting.withLock { waiting in
            defer { waiting[key] = [] }
            return waiting[key] ?? []
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await read())
        } catch {
            result = .failure(error)
        }
        let next = waiting.withLock { waiting -> CheckedContinuation<Turn, Never>? in
            // Another one's cancellation is nobody else's answer.
            if case .failure(let error) = result, error is CancellationError {
                waiting[key]?.insert(contentsOf: others, at: 0)
            }
            guard let next = waiting[key]?.first else {
                waiting[key] = nil
                return nil
            }
            waiting[key]?.removeFirst()
            return next
        }
        next?.resume(returning: .reads)
        if case .failure(let error) = result, error is CancellationError { throw error }
        for other in others { other.resume(returning: .hears(result)) }
        return try result.get()
    }
}
