import Logging
import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

@testable import PatchbayEngine

@Suite("Notices: sent once, tried again, given up")
struct NoticeDeskTests {
    /// What the durable store does with notices, as far as the desk can tell.
    private final class Notices: NoticeStore {
        struct Kept {
            var pending: PendingNotice
            var due: Timestamp
            var end: String?
        }

        private let kept = Mutex<[Kept]>([])

        var all: [Kept] { kept.withLock { $0 } }

        func put(_ notices: [NewNotice], in tenant: TenantID, at now: Timestamp) async throws {
            kept.withLock { kept in
                kept += notices.map {
                    Kept(pending: PendingNotice(tenant: tenant, notice: $0, attempt: 0), due: now)
                }
            }
        }

        func claim(at now: Timestamp, until: Timestamp, limit: Int) async throws -> [PendingNotice] {
            kept.withLock { kept in
                var claimed: [PendingNotice] = []
                for index in kept.indices
                where kept[index].end == nil && kept[index].due <= now && claimed.count < limit {
                    kept[index].due = until
                    kept[index].pending.attempt += 1
                    claimed.append(kept[index].pending)
                }
                return claimed
            }
        }

        func settle(_ notice: PendingNotice, at now: Timestamp) async throws { end(notice, "sent", nil) }

        func postpone(_ notice: PendingNotice, until: Timestamp?, because reason: String) async throws {
            end(notice, until == nil ? reason : nil, until)
        }

        private func end(_ notice: PendingNotice, _ end: String?, _ due: Timestamp?) {
            kept.withLock { kept in
                guard let index = kept.firstIndex(where: { $0.pending == notice }) else { return }
                kept[index].end = end
                kept[index].due = due ?? kept[index].due
            }
        }

        func forget(before moment: Timestamp) async throws -> Int { 0 }
    }

    private struct Sender: NoticeSender {
        let answer: @Sendable (PendingNotice) throws -> NoticeEnd
        func send(_ notice: PendingNotice) async throws -> NoticeEnd { try answer(notice) }
    }

    private let clock = ManualClock()
    private let store = Notices()

    private func desk(_ answer: @escaping @Sendable (PendingNotice) throws -> NoticeEnd) -> NoticeDesk {
        NoticeDesk(
            store: store, senders: [.mail: Sender(answer: answer)], clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func put(_ count: Int = 1, _ channel: NewNotice.Channel = .mail) async throws {
        try await store.put(
            (0..<count).map { NewNotice(key: "k\($0)", channel: channel, to: "ada@example.com", data: [:]) },
            in: .initial, at: clock.now)
    }

    @Test func `all that is due is sent, each once`() async throws {
        try await put(45)
        let sent = Mutex<[String]>([])
        let desk = desk { notice in
            sent.withLock { $0.append(notice.notice.key) }
            return .sent
        }
        try await desk.deliver()
        try await desk.deliver()
        #expect(sent.withLock { Set($0).count } == 45)
        #expect(sent.withLock { $0.count } == 45)
        #expect(store.all.allSatisfy { $0.end == "sent" })
    }

    @Test func `what cannot be sent is tried later and later, and given up after a day`() async throws {
        try await put()
        let desk = desk { _ in throw NoticeFailure("busy") }
        var waits: [Int64] = []
        while store.all[0].end == nil {
            try await desk.deliver()
            guard store.all[0].end == nil else { break }
            waits.append(store.all[0].due - clock.now)
            clock.set(store.all[0].due)
        }
        #expect(waits == NoticeRetry.waits)
        #expect(store.all[0].end == "busy")
        #expect(store.all[0].pending.attempt == NoticeRetry.waits.count + 1)
    }

    @Test func `who wants to be left alone is, and what is of no use is not tried again`() async throws {
        try await put()
        try await desk { _ in throw NoticeFailure("later", retryAfter: 90_000) }.deliver()
        #expect(store.all[0].due == clock.now + 90_000)
        clock.set(store.all[0].due)
        try await desk { _ in throw NoticeFailure("no such box", isFinal: true) }.deliver()
        #expect(store.all[0].end == "no such box")
    }

    @Test func `a channel that nobody serves gives up at once, and other errors may pass`() async throws {
        try await put(1, .webhook)
        try await desk { _ in .sent }.deliver()
        #expect(store.all[0].end == "this installation sends nothing by webhook")
        try await put()
        try await desk { _ in throw StepError(code: "x", message: "y") }.deliver()
        #expect(store.all[1].end == nil)
    }
}
