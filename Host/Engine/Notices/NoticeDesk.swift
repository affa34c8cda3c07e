package import Logging
package import PatchbayCore

/// What came of handing a notice over.
package enum NoticeEnd: Sendable, Equatable {
    case sent
    /// Nobody needs to be told any more, such as of a task that is over.
    case superfluous
}

/// Why a notice was not taken. Holds neither an address nor anything of the message.
package struct NoticeFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String
    /// Whether trying again is of no use.
    package var isFinal: Bool
    /// Milliseconds that whoever was asked wants to be left alone.
    package var retryAfter: Int64?

    package init(_ description: String, isFinal: Bool = false, retryAfter: Int64? = nil) {
        self.description = description
        self.isFinal = isFinal
        self.retryAfter = retryAfter
    }
}

/// Hands notices of one channel over.
package protocol NoticeSender: Sendable {
    /// Throws `NoticeFailure`, or anything else that may pass.
    func send(_ notice: PendingNotice) async throws -> NoticeEnd
}

/// Sends what people are to be told. Any number of hosts may be at it: each notice is in the hands of one at a time. A host that
/// dies between handing one over and noting that leaves it to another, who hands it over again; otherwise each goes out once.
package struct NoticeDesk: Sendable {
    /// Notices in hand at a time.
    private static let portion = 20
    /// Milliseconds that a host has for those it took.
    private static let patience: Int64 = 120_000
    /// Settled ones are kept for 30 days, so that nothing is put again and histories tell what became of them.
    private static let keeping: Int64 = 30 * 86_400_000

    private let store: any NoticeStore
    private let senders: [NewNotice.Channel: any NoticeSender]
    private let clock: any TimeSource
    private let logger: Logger

    package init(
        store: any NoticeStore, senders: [NewNotice.Channel: any NoticeSender], clock: any TimeSource, logger: Logger
    ) {
        self.store = store
        self.senders = senders
        self.clock = clock
        self.logger = logger
    }

    /// Sends all that is due.
    package func deliver() async throws {
        while !Task.isCancelled {
            let now = clock.now
            let claimed = try await store.claim(at: now, until: now + Self.patience, limit: Self.portion)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for notice in claimed { group.addTask { try await deliver(notice) } }
                try await group.waitForAll()
            }
            if claimed.count < Self.portion { return }
        }
    }

    package func forget(at now: Timestamp) async throws {
        _ = try await store.forget(before: now + -Self.keeping)
    }

    private func deliver(_ pending: PendingNotice) async throws {
        let channel = pending.notice.channel
        do {
            guard let sender = senders[channel] else {
                throw NoticeFailure("this installation sends nothing by \(channel.rawValue)", isFinal: true)
            }
            _ = try await sender.send(pending)
            // Also by a host that is told to stop at this moment: otherwise it would go out once more.
            let (store, moment) = (store, clock.now)
            try await Task { try await store.settle(pending, at: moment) }.value
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let failure = error as? NoticeFailure ?? NoticeFailure("\(error)")
            let wait = failure.isFinal ? nil : NoticeRetry.wait(afterAttempt: pending.attempt)
            let next = wait.map { clock.now + max($0, failure.retryAfter ?? 0) }
            logger.warning(
                next == nil ? "a notice was given up" : "a notice could not be sent yet",
                metadata: [
                    "channel": "\(channel.rawValue)", "attempt": "\(pending.attempt)", "error": "\(failure)",
                    "tenant": "\(pending.tenant)",
                ])
            try await store.postpone(pending, until: next, because: failure.description)
        }
    }
}
