import PatchbayEngine
import ServiceLifecycle

/// The scheduler as a part of the host's life.
struct SchedulerService: Service {
    let scheduler: RunScheduler
    let schedules: ScheduleWatch

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await scheduler.run() }
                group.addTask { await schedules.run() }
            }
        }
    }
}
