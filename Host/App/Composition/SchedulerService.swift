import PatchbayEngine
import ServiceLifecycle

/// The scheduler as a part of the host's life.
struct SchedulerService: Service {
    let scheduler: RunScheduler

    func run() async throws {
        await cancelWhenGracefulShutdown { await scheduler.run() }
    }
}
