package import Logging
package import PatchbayCore
import PatchbayJSON

/// Asks connectors what is new when it is time, and starts a run for each item.
///
/// There is no leader: each trigger that is due is given to one host, for as long as a call may take. Runs are started under
/// keys made of trigger and item before it is stored how far the trigger has come, so that a host that dies in between
/// leaves nothing to be lost or doubled.
package struct PollWatch: Sendable {
    /// Times are in milliseconds.
    package struct Options: Sendable {
        /// Polls that this process makes at a time.
        package var concurrency = 16
        /// How long a trigger is kept from other hosts; a call may take less.
        package var lease: Int64 = 120_000
        /// The most that a call may take.
        package var longestCall: Int64 = 90_000
        /// How long it takes at most until a trigger is seen that was made elsewhere.
        package var longestRest: Int64 = 1_000

        package init() {}
    }

    private let polls: any DuePolls
    private let polling: Polling
    private let bell: Bell
    private let clock: any WaitableTime
    private let options: Options
    private let logger: Logger

    package init(
        polls: any DuePolls, polling: Polling, signals: RunSignals, clock: any WaitableTime = SystemTime(),
        options: Options = Options(), logger: Logger
    ) {
        self.polls = polls
        self.polling = polling
        bell = signals.polls
        self.clock = clock
        self.options = options
        self.logger = logger
    }

    /// Works until the task is cancelled; polls under way are broken off then, and made again elsewhere.
    package func run() async {
        await work.run()
    }

    /// Polls all that is due, one after the other; for tests.
    func look() async throws {
        try await work.look()
    }

    private var work: DueWork<PollClaim> {
        DueWork(
            concurrency: options.concurrency, longestRest: options.longestRest, failure: "polling failed",
            bell: bell, clock: clock, logger: logger, claim: { try await claim($0) },
            nextDue: { try await polls.nextDue() }, deal: { await deal(with: $0) })
    }

    private func claim(_ limit: Int) async throws -> [PollClaim] {
        let now = clock.now
        return try await polls.claim(at: now, limit: limit, until: now + options.lease)
    }

    private func deal(with claim: PollClaim) async {
        do {
            guard let state = try await polling.poll(claim, atMost: options.longestCall) else { return }
            let isStored = try await polls.store(state.progress, of: claim, nextAt: state.nextAt)
            if !isStored {
                logger.info("a poll was overtaken", metadata: ["poll": "\(claim.record.id)"])
            }
        } catch {
            guard !Task.isCancelled else { return }
            // When the lease is over, it is polled again.
            logger.warning(
                "what a poll gave could not be stored",
                metadata: ["poll": "\(claim.record.id)", "error": "\(error)"])
        }
    }
}
