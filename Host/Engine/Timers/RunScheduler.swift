package import Logging
package import PatchbayCore

/// Sees to it that runs go on when their time comes: those that wait for a moment, for a place in their group, or for
/// somebody to take over from a worker that died.
///
/// There is no leader: any number of schedulers may be at it, and what one does another finds done.
package struct RunScheduler: Sendable {
    /// Something else that is to be done from time to time; done twice it must do no harm.
    package struct Upkeep: Sendable {
        package let name: String
        /// Milliseconds from one time to the next.
        package let interval: Int64
        package let body: @Sendable (Timestamp) async throws -> Void

        package init(
            _ name: String, every interval: Int64, _ body: @escaping @Sendable (Timestamp) async throws -> Void
        ) {
            self.name = name
            self.interval = interval
            self.body = body
        }
    }

    /// Times are in milliseconds.
    package struct Options: Sendable {
        /// How late a run may be woken.
        package var precision: Int64 = 100
        /// How often workers and groups are looked at.
        package var watchInterval: Int64 = 500
        /// As of the workers.
        package var abandonment = WorkerOptions().abandonment
        /// Runs made ready in one statement.
        package var batch = 500

        package init() {}
    }

    private let queue: any RunQueue
    private let signals: RunSignals
    private let clock: any WaitableTime
    private let options: Options
    private let upkeep: [Upkeep]
    private let logger: Logger

    package init(
        queue: any RunQueue, signals: RunSignals, clock: any WaitableTime = SystemTime(), options: Options = Options(),
        upkeep: [Upkeep] = [], logger: Logger
    ) {
        self.queue = queue
        self.signals = signals
        self.clock = clock
        self.options = options
        self.upkeep = upkeep
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await repeatedly("waking runs", every: options.precision) { try await promote(at: $0) } }
            group.addTask {
                await repeatedly("looking after workers", every: options.watchInterval) { try await watch(at: $0) }
            }
            for task in upkeep {
                group.addTask { await repeatedly(task.name, every: task.interval, task.body) }
            }
        }
    }

    private func promote(at now: Timestamp) async throws {
        var count = 0
        repeat {
            count = try await queue.promoteDue(at: now, limit: options.batch)
            if count > 0 { signals.wake() }
        } while count >= options.batch && !Task.isCancelled
    }

    private func watch(at now: Timestamp) async throws {
        let freed = try await queue.freeAbandoned(before: now + -options.abandonment)
        if freed > 0 { logger.notice("a worker is gone; its runs go on elsewhere", metadata: ["runs": "\(freed)"]) }
        let admitted = try await queue.admitWaiting()
        if freed + admitted > 0 { signals.wake() }
    }

    /// Does something now and then, until the task is cancelled. What fails is tried again the next time.
    private func repeatedly(
        _ name: String, every interval: Int64, _ body: @Sendable (Timestamp) async throws -> Void
    ) async {
        var isFailing = false
        while !Task.isCancelled {
            do {
                try await body(clock.now)
                isFailing = false
            } catch {
                guard !Task.isCancelled else { return }
                // Once for a series of failures: the database is away, and others say so too.
                if !isFailing { logger.warning("\(name) failed", metadata: ["error": "\(error)"]) }
                isFailing = true
            }
            await clock.wait(until: clock.now + interval)
        }
    }
}
