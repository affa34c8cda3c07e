package import Logging
package import PatchbayCore
package import PatchbayPostgres
import Synchronization

/// News about runs by way of PostgreSQL's NOTIFY.
///
/// It is sent by statements of their own, never from within the transaction that it tells of: PostgreSQL commits
/// transactions that notify one at a time, each with its flush to disk. What comes while one statement is under way
/// travels with the next.
package final class PostgresRunNews: RunNewsRelay {
    private static let channel = "patchbay_runs"
    /// Below the server's limit of 7,999 bytes.
    private static let largestMessage = 7_000
    /// For how long news wait for others while they keep coming. A statement for each takes as much as storing a run.
    private static let gathering = Duration.milliseconds(5)
    /// Beyond this everybody is told to look for themselves.
    private static let mostNews = 1_000

    private struct State {
        var waiting: [RunNews] = []
        var known: Set<RunNews> = []
        var isSending = false
        /// Whether other processes are there to hear anything.
        var hasAudience = true
    }

    private let pool: PostgresPool
    private let log: Logger
    /// Names this process in its messages, so that it does not hear itself.
    private let sender: String
    private let presence: ProcessPresence?
    private let state = Mutex(State())

    /// - Parameter presence: Held by the session that hears.
    package init(_ pool: PostgresPool, presence: ProcessPresence? = nil, log: Logger) {
        self.pool = pool
        self.presence = presence
        self.log = log
        sender = String(UInt64.random(in: .min ... .max), radix: 36)
    }

    /// While no other process is there, nothing is sent.
    package func setAudience(_ isThere: Bool) { state.withLock { $0.hasAudience = isThere } }

    package func tell(_ news: RunNews) {
        let isFirst = state.withLock { state in
            guard state.hasAudience, !state.known.contains(.anything), state.known.insert(news).inserted else {
                return false
            }
            state.waiting.append(news)
            if state.waiting.count > Self.mostNews { (state.waiting, state.known) = ([.anything], [.anything]) }
            defer { state.isSending = true }
            return !state.isSending
        }
        // The task ends with the work.
        if isFirst { Task { await self.sendAll() } }
    }

    /// Hears what others tell until the task is cancelled.
    package func hear(_ handle: @escaping @Sendable ([RunNews]) -> Void) async {
        let presence = presence
        let listener = PostgresListener(pool.target, channel: Self.channel, log: log) { connection in
            try await presence?.hold(over: connection)
        }
        await listener.run { event in
            switch event {
            case .connected:
                handle([.anything])
            case .heard(let messages):
                let news = messages.flatMap { self.read($0.payload) }
                if !news.isEmpty { handle(news) }
            }
        }
    }

    private func read(_ message: String) -> [RunNews] {
        let words = message.split(separator: " ")
        guard let first = words.first, first != sender else { return [] }
        return words.dropFirst().compactMap { RunNews(word: $0) }
    }

    private func sendAll() async {
        while let news = next() {
            do {
                let messages = messages(of: news).map(PostgresValue.text)
                _ = try await pool.rows(Self.notify, [.text(Self.channel), .array(.text, messages)])
            } catch {
                log.debug("news about runs could not be sent", metadata: ["error": "\(error)"])
            }
            if state.withLock({ !$0.waiting.isEmpty }) { try? await Task.sleep(for: Self.gathering) }
        }
    }

    private static let notify = "select count(pg_notify($1, message)) from unnest($2::text[]) as message"

    private func next() -> [RunNews]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isSending = false
                return nil
            }
            defer { (state.waiting, state.known) = ([], []) }
            return state.waiting
        }
    }

    private func messages(of news: [RunNews]) -> [String] {
        var messages: [String] = []
        var message = sender
        for item in news {
            let word = " " + item.word
            if message.utf8.count + word.utf8.count > Self.largestMessage {
                messages.append(message)
                message = sender
            }
            message += word
        }
        return messages + [message]
    }
}
