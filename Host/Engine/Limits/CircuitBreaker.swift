package import PatchbayCore

/// Keeps a service that fails from being called again and again. Pure: a value that takes what happened and says what may
/// happen next.
///
/// Closed, it counts calls and failures of the last while. When enough calls were made and too many of them failed it opens,
/// and refuses every call until a moment. Then it is half open: a call at a time goes through to try the service; when
/// enough of these succeed it closes, and when one fails it opens again, for twice as long.
package struct CircuitBreaker: Sendable, Equatable {
    /// Times are in milliseconds.
    package struct Policy: Sendable, Equatable {
        /// What is counted: calls that ended within this time.
        package var window: Int64 = 30_000
        /// Fewer calls say nothing.
        package var leastCalls = 10
        /// The part of the calls that must have failed, 0 to 1.
        package var failureRate = 0.5
        /// How long it stays open the first time, and at most.
        package var firstPause: Int64 = 5_000
        package var longestPause: Int64 = 300_000
        /// Trial calls that must succeed, one after another.
        package var probes = 2
        /// A trial call that says nothing for so long is given up, and another may be made.
        package var probePatience: Int64 = 60_000

        package init() {}
    }

    /// What a call's end says of the service.
    package enum Outcome: Sendable { case success, failure, nothing }

    package enum Phase: Sendable, Equatable {
        case closed
        case open(until: Timestamp)
        /// `successes` trial calls have succeeded; `probe` is when the one under way began.
        case halfOpen(successes: Int, probe: Timestamp?)
    }

    package enum Verdict: Sendable, Equatable {
        case pass
        /// Ask again then.
        case refused(until: Timestamp)
    }

    /// Parts of the window that are counted apart, so that old calls are forgotten bit by bit.
    private static let parts: Int64 = 10
    /// How long a caller waits that meets a trial call under way.
    private static let probeWait: Int64 = 1_000

    private struct Count: Sendable, Equatable {
        var part: Int64
        var calls = 0
        var failures = 0
    }

    package let policy: Policy
    package private(set) var phase = Phase.closed
    /// How often it has opened since it was last closed.
    package private(set) var openings = 0
    private var counts: [Count] = []

    package init(_ policy: Policy = Policy()) { self.policy = policy }

    /// Whether a call may be made now; the caller says then how it ended.
    package mutating func ask(at now: Timestamp) -> Verdict {
        switch phase {
        case .closed:
            return .pass
        case .open(let moment):
            guard moment <= now else { return .refused(until: moment) }
            phase = .halfOpen(successes: 0, probe: now)
            return .pass
        case .halfOpen(let successes, let probe):
            if let probe, now - probe < policy.probePatience { return .refused(until: now + Self.probeWait) }
            phase = .halfOpen(successes: successes, probe: now)
            return .pass
        }
    }

    /// A call has ended that began at `start`. One that began before the breaker opened says nothing to a half-open one.
    package mutating func ended(_ outcome: Outcome, startedAt start: Timestamp, at now: Timestamp) {
        switch phase {
        case .closed:
            guard outcome != .nothing else { return }
            count(outcome, at: now)
            let (calls, failures) = recent(at: now)
            if calls >= policy.leastCalls, Double(failures) >= policy.failureRate * Double(calls) { open(at: now) }
        case .open:
            return
        case .halfOpen(let successes, let probe):
            guard let probe, start >= probe else { return }
            switch outcome {
            case .failure: open(at: now)
            case .nothing: phase = .halfOpen(successes: successes, probe: nil)
            case .success where successes + 1 >= policy.probes: (phase, openings, counts) = (.closed, 0, [])
            case .success: phase = .halfOpen(successes: successes + 1, probe: nil)
            }
        }
    }

    /// Calls and failures that count at this moment.
    package func recent(at now: Timestamp) -> (calls: Int, failures: Int) {
        let oldest = part(of: now) - Self.parts + 1
        return counts.filter { $0.part >= oldest }.reduce((0, 0)) { ($0.0 + $1.calls, $0.1 + $1.failures) }
    }

    private func part(of moment: Timestamp) -> Int64 { moment.milliseconds / max(policy.window / Self.parts, 1) }

    private mutating func count(_ outcome: Outcome, at now: Timestamp) {
        let part = part(of: now)
        counts.removeAll { $0.part <= part - Self.parts }
        if counts.last?.part != part { counts.append(Count(part: part)) }
        counts[counts.count - 1].calls += 1
        if outcome == .failure { counts[counts.count - 1].failures += 1 }
    }

    private mutating func open(at now: Timestamp) {
        let pause = policy.firstPause << Int64(min(openings, 20))
        openings += 1
        counts = []
        phase = .open(until: now + min(pause, policy.longestPause))
    }
}

extension CircuitBreaker.Outcome {
    /// Failures that speak of the service count: that it cannot be reached, gives no answer in time, or fails itself. An
    /// answer of any other kind shows that it works; what never reached it says nothing.
    package init(_ failure: OperationFailure) {
        switch failure.code {
        case .unavailable, .timeout: self = .failure
        case .upstream: self = (failure.httpStatus ?? 500) >= 500 ? .failure : .success
        case .rateLimited, .cancelled, .internalError, .config, .unsupported: self = .nothing
        case .invalidInput, .authExpired, .authDenied, .notFound, .conflict:
            self = failure.httpStatus == nil ? .nothing : .success
        }
    }
}
