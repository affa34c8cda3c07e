import Logging
import PatchbayCore

/// What is due at some moment and given to one host at a time: looks for it when it is time, and deals with several at once.
/// There is no leader; who dies leaves what it had to whoever looks when the claim is over.
struct DueWork<Claim: Sendable>: Sendable {
    /// At a time, in this process.
    let concurrency: Int
    /// How long it takes at most until something is seen that was made elsewhere, in milliseconds.
    let longestRest: Int64
    /// What is logged, once for a series, when it cannot be looked for.
    let failure: Logger.Message
    /// Rings when something may be due earlier than it was known.
    let bell: Bell
    let clock: any WaitableTime
    let logger: Logger
    /// Takes on up to so many that are due.
    let claim: @Sendable (Int) async throws -> [Claim]
    /// When the next one is due; nil: none is.
    let nextDue: @Sendable () async throws -> Timestamp?
    let deal: @Sendable (Claim) async -> Void

    /// Works until the task is cancelled; what is under way is broken off then.
    func run() async {
        await withDiscardingTaskGroup { group in
            let free = FreePlaces(concurrency)
            var isFailing = false
            while !Task.isCancelled {
                let heard = bell.rings
                var until = clock.now + longestRest
                do {
                    let places = free.count
                    let claims = places == 0 ? [] : try await claim(places)
                    for claim in claims {
                        free.take()
                        group.addTask {
                            await deal(claim)
                            free.giveBack()
                            bell.ring()
                        }
                    }
                    if free.count > 0, let next = try await nextDue() {
                        until = min(until, max(next, clock.now + 20))
                    }
                    isFailing = false
                } catch {
                    guard !Task.isCancelled else { return }
                    // Once for a series of failures: the database is away, and others say so too.
                    if !isFailing { logger.warning(failure, metadata: ["error": "\(error)"]) }
                    isFailing = true
                }
                await bell.wait(past: heard, until: until, clock)
            }
        }
    }

    /// Deals with all that is due, one after the other; for tests.
    func look() async throws {
        while true {
            let claims = try await claim(concurrency)
            if claims.isEmpty { return }
            for claim in claims { await deal(claim) }
        }
    }
}
