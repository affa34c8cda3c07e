package import Logging
package import PatchbayCore

/// Brings subscriptions to what they are to be. There is no leader: each that is due is given to one host, for longer than a call
/// may take.
package struct SubscriptionWatch: Sendable {
    /// Times are in milliseconds.
    package struct Options: Sendable {
        /// Subscriptions that this process looks after at a time.
        package var concurrency = 8
        /// How long one is kept from other hosts; a call may take less.
        package var lease: Int64 = 120_000
        /// The most that a call may take.
        package var longestCall: Int64 = 60_000
        /// How long it takes at most until one is seen that was made elsewhere.
        package var longestRest: Int64 = 1_000

        package init() {}
    }

    private let subscriptions: any DueSubscriptions
    private let subscribing: Subscribing
    private let bell = Bell()
    private let clock: any WaitableTime
    private let options: Options
    private let logger: Logger

    package init(
        subscriptions: any DueSubscriptions, subscribing: Subscribing, clock: any WaitableTime = SystemTime(),
        options: Options = Options(), logger: Logger
    ) {
        self.subscriptions = subscriptions
        self.subscribing = subscribing
        self.clock = clock
        self.options = options
        self.logger = logger
    }

    /// Works until the task is cancelled; calls under way are broken off then, and made again elsewhere.
    package func run() async {
        await work.run()
    }

    /// Looks after all that is due, one after the other; for tests.
    func look() async throws {
        try await work.look()
    }

    private var work: DueWork<SubscriptionClaim> {
        DueWork(
            concurrency: options.concurrency, longestRest: options.longestRest,
            failure: "subscriptions could not be looked for",
            bell: bell, clock: clock, logger: logger, claim: { try await claim($0) },
            nextDue: { try await subscriptions.nextDue() }, deal: { await deal(with: $0) })
    }

    private func claim(_ limit: Int) async throws -> [SubscriptionClaim] {
        let now = clock.now
        return try await subscriptions.claim(at: now, limit: limit, until: now + options.lease)
    }

    private func deal(with claim: SubscriptionClaim) async {
        do {
            guard try await subscribing.deal(with: claim, atMost: options.longestCall) else {
                logger.info("a subscription was overtaken", metadata: ["webhook": "\(claim.record.id)"])
                return
            }
        } catch {
            guard !Task.isCancelled else { return }
            // When the lease is over, it is looked after again.
            logger.warning(
                "what came of a subscription could not be stored",
                metadata: ["webhook": "\(claim.record.id)", "error": "\(error)"])
        }
    }
}
