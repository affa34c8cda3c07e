package import Logging
package import PatchbayCore
import PatchbayJSON

/// Sees to it that schedules start runs when it is time.
///
/// There is no leader: all schedulers are at it at once, and the database gives each schedule that is due to one of them.
package struct ScheduleWatch: Sendable {
    /// Times are in milliseconds.
    package struct Options: Sendable {
        /// Schedules that are dealt with in one transaction.
        package var batch = 100
        /// How long it takes at most until a schedule is seen that was made elsewhere.
        package var longestRest: Int64 = 1_000
        /// When to look again after those whom another host, which may die, has in hand.
        package var shortestRest: Int64 = 50
        /// When to try again what failed.
        package var retryInterval: Int64 = 1_000

        package init() {}
    }

    private let schedules: any DueSchedules
    private let firing: ScheduleFirings
    private let bell: Bell
    private let clock: any WaitableTime
    private let options: Options
    private let logger: Logger

    package init(
        schedules: any DueSchedules, starter: RunStarter, signals: RunSignals, zones: any TimeZones,
        clock: any WaitableTime = SystemTime(), options: Options = Options(), logger: Logger
    ) {
        self.schedules = schedules
        firing = ScheduleFirings(starter: starter, zones: zones, clock: clock, retryInterval: options.retryInterval)
        bell = signals.schedules
        self.clock = clock
        self.options = options
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        var isFailing = false
        while !Task.isCancelled {
            let heard = bell.rings
            var until = clock.now + options.longestRest
            do {
                until = min(until, try await look())
                isFailing = false
            } catch {
                guard !Task.isCancelled else { return }
                // Once for a series of failures: the database is away, and others say so too.
                if !isFailing { logger.warning("starting scheduled runs failed", metadata: ["error": "\(error)"]) }
                isFailing = true
            }
            await bell.wait(past: heard, until: until, clock)
        }
    }

    /// Deals with all that is due; answers when to look again.
    func look() async throws -> Timestamp {
        var count = 0
        repeat {
            count = try await schedules.deal(at: clock.now, limit: options.batch) { due in
                await firing.deal(with: due)
            }
        } while count > 0 && !Task.isCancelled
        let now = clock.now
        guard let next = try await schedules.nextDue() else { return now + options.longestRest }
        return next > now ? next : now + options.shortestRest
    }
}
