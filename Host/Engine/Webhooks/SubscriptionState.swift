package import PatchbayCore
package import PatchbayJSON

/// What is to be done for a subscription, and what comes of it. Pure.
package struct SubscriptionState: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        /// Nothing, or not now.
        case none
        /// Once the progress is stored.
        case subscribe
        /// Once the progress is stored.
        case unsubscribe
        /// The vendor knows nothing of it, and nobody wants it.
        case remove
    }

    /// The first wait after a failure, in milliseconds; each further one is twice as long.
    static let firstWait: Int64 = 5_000
    /// The longest wait.
    static let longestWait: Int64 = 3_600_000
    /// So many attempts to end one, over about two days; then it is left to the vendor, who gives up sending by itself.
    static let mostEndings = 60

    package let goal: SubscriptionRecord.Goal
    package private(set) var progress: SubscriptionProgress
    /// When it is looked after again; nil: it is as it is to be.
    package private(set) var nextAt: Timestamp?

    package init(_ record: SubscriptionRecord) {
        goal = record.goal
        progress = record.progress
        nextAt = record.nextAt
    }

    /// What comes next.
    ///
    /// - Parameters:
    ///   - url: Where the vendor is to send; nil: nobody knows where this installation is reached.
    ///   - isAwaited: Whether another one is being made in its place: events are not to be lost in between.
    package mutating func begin(url: String?, isAwaited: Bool, isSuspended: Bool, at now: Timestamp) -> Step {
        switch (goal, progress.stage) {
        case (.subscribed, .subscribed), (.paused, .absent):
            nextAt = nil
            return .none
        case (.subscribed, _):
            guard !isSuspended else {
                nextAt = now + 60_000
                return .none
            }
            // What is there already is found by its address, which stays what it was.
            guard let url = progress.url ?? url else { return failed(.noAddress, at: now) }
            progress.url = url
            progress.stage = .subscribing
            progress.subscription = nil
            return .subscribe
        case (.ended, .absent): return .remove
        case (.ended, _) where isAwaited:
            nextAt = now + 1_000
            return .none
        case (.paused, _), (.ended, _):
            progress.stage = .unsubscribing
            return .unsubscribe
        }
    }

    package mutating func subscribed(_ subscription: JSON, at now: Timestamp) {
        progress.stage = .subscribed
        progress.subscription = subscription
        progress.subscribedAt = now
        succeeded()
    }

    package mutating func unsubscribed() -> Step {
        progress.stage = .absent
        progress.subscription = nil
        progress.url = nil
        progress.subscribedAt = nil
        succeeded()
        return goal == .ended ? .remove : .none
    }

    private mutating func succeeded() {
        (progress.failures, progress.error, nextAt) = (0, nil, nil)
    }

    /// The longer it has failed, the longer is waited, as long as nobody asks for more.
    package mutating func failed(_ failure: OperationFailure, at now: Timestamp) -> Step {
        progress.failures += 1
        progress.error = ["code": .string(failure.code.rawValue), "message": .string(failure.message)]
        if goal == .ended, progress.failures >= Self.mostEndings { return .remove }
        let wait = min(Self.longestWait, Self.firstWait << Int64(min(progress.failures - 1, 20)))
        nextAt = now + max(wait, failure.retryAfter ?? 0)
        return .none
    }

    /// It is looked after later, and nothing else is known of it.
    package mutating func postpone(until moment: Timestamp) { nextAt = moment }
}

extension OperationFailure {
    fileprivate static let noAddress = OperationFailure(
        code: .config,
        message: "The vendor cannot be told where to send: set PATCHBAY_PUBLIC_URL to where this host is reached.",
        effect: .none)
}
