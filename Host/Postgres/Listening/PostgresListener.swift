package import Logging

/// Listens on a connection of its own for as long as it runs, and connects again whenever that is lost.
///
/// Notifications are no queue: what is sent while nobody is connected is gone. Whoever listens is told of every new
/// connection, and looks for themselves then.
package struct PostgresListener: Sendable {
    package enum Event: Sendable, Equatable {
        /// The subscription stands, for the first time or again; something may have been missed before.
        case connected
        /// Everything that came at once, repetitions left out.
        case heard([PostgresNotification])
    }

    /// Milliseconds between looks at a connection on which nothing comes.
    private static let checkInterval: Int64 = 10_000
    private static let firstPause: Int64 = 100
    private static let longestPause: Int64 = 1_000

    private let target: PostgresTarget
    private let channel: String
    private let prepare: @Sendable (PostgresConnection) async throws -> Void
    private let log: Logger

    /// - Parameter prepare: What else each new connection is given to hold, as a lock that others look at.
    package init(
        _ target: PostgresTarget, channel: String, log: Logger,
        prepare: @escaping @Sendable (PostgresConnection) async throws -> Void = { _ in }
    ) {
        self.target = target
        self.channel = channel
        self.prepare = prepare
        self.log = log
    }

    /// Returns when the task is cancelled. `handle` is called from one place, one event after another; it should not wait
    /// for anything.
    package func run(_ handle: @Sendable (Event) -> Void) async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            do {
                let connection = try await PostgresConnection.connect(to: target)
                try await connection.listen(to: channel)
                try await prepare(connection)
                pause = Self.firstPause
                handle(.connected)
                try await hear(connection, handle)
            } catch {
                guard !Task.isCancelled else { return }
                log.info("listening to the database was interrupted", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: .milliseconds(pause))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func hear(_ connection: PostgresConnection, _ handle: @Sendable (Event) -> Void) async throws {
        while true {
            let heard = try await connection.notifications(within: Self.checkInterval)
            guard !heard.isEmpty else {
                // A server that vanished without a word is noticed by this.
                _ = try await connection.query("select 1")
                continue
            }
            var seen: Set<PostgresNotification> = []
            handle(.heard(heard.filter { seen.insert($0).inserted }))
        }
    }
}
