import Logging
import PatchbayCore
import PatchbayPostgres
import Synchronization

/// Group commit: what arrives while a transaction is being written waits and is written together in the next one, so
/// that many runs share one flush to disk. Each caller goes on only after the commit that holds its entries.
///
/// A run whose lease was lost fails alone. When the server refuses a whole batch, its appends are written one by one,
/// so that only the one at fault fails.
final class JournalWriter: Sendable {
    /// A batch is cut there, so that one transaction stays well below the statement's time limit.
    private static let mostAppends = 500
    private static let mostBytes = 8 << 20

    private typealias Waiter = (append: JournalAppend, continuation: CheckedContinuation<Void, any Error>)

    private struct State {
        var waiting: [Waiter] = []
        var isWriting = false
    }

    let pool: PostgresPool
    private let log: Logger
    private let state = Mutex(State())

    init(_ pool: PostgresPool, log: Logger) {
        self.pool = pool
        self.log = log
    }

    /// Returns when the append is on disk; also for a cancelled caller, because what is being written cannot be called
    /// back.
    func append(_ append: JournalAppend) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let isFirst = state.withLock { state in
                state.waiting.append((append, continuation))
                defer { state.isWriting = true }
                return !state.isWriting
            }
            // The task ends with the work; whoever waits for it holds the writer.
            if isFirst { Task { await self.writeAll() } }
        }
    }

    private func writeAll() async {
        while let batch = nextBatch() { await write(batch) }
    }

    private func nextBatch() -> [Waiter]? {
        state.withLock { state in
            var count = 0
            var bytes = 0
            for waiter in state.waiting.prefix(Self.mostAppends) {
                bytes += waiter.append.size
                if count > 0, bytes > Self.mostBytes { break }
                count += 1
            }
            guard count > 0 else {
                state.isWriting = false
                return nil
            }
            defer { state.waiting.removeFirst(count) }
            return Array(state.waiting.prefix(count))
        }
    }

    private func write(_ batch: [Waiter]) async {
        let outcome: Result<Receipt, any Error>
        do { outcome = .success(try await commit(batch.map(\.append))) } catch { outcome = .failure(error) }
        switch outcome {
        case .success(let receipt):
            for (append, continuation) in batch {
                if receipt.covers(append) {
                    continuation.resume()
                } else {
                    continuation.resume(throwing: JournalError.leaseLost(append.run))
                }
            }
        case .failure(let error) where batch.count > 1 && Self.isAboutContent(error):
            log.warning(
                "a batch of journal entries was refused and is written one by one",
                metadata: ["patchbay.batch": "\(batch.count)", "error": "\(error)"])
            for waiter in batch { await write([waiter]) }
        case .failure(let error):
            for (append, continuation) in batch {
                continuation.resume(
                    throwing: Self.isRefusal(error) ? JournalError.refused(append.run, reason: "\(error)") : error)
            }
        }
    }

    /// Whether the entries are such that the server will never take them.
    private static func isRefusal(_ error: any Error) -> Bool {
        guard let error = error as? PostgresError else { return false }
        // Class 54: a value or statement beyond what the server is built for.
        return [.invalidValue, .checkViolation, .notNullViolation].contains(error.code)
            || error.sqlState?.hasPrefix("54") == true
    }

    /// Whether the refusal may be one append's fault; otherwise each of them would meet the same.
    private static func isAboutContent(_ error: any Error) -> Bool {
        guard let code = (error as? PostgresError)?.code else { return true }
        return ![.connectionLost, .unreachable, .poolExhausted, .closed, .cancelled].contains(code)
    }
}
