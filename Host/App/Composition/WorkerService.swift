import PatchbayEngine
import ServiceLifecycle

/// The worker as a part of the host's life: told to stop, it takes no more runs and ends the steps it is in.
struct WorkerService: Service {
    let worker: Worker
    let polls: PollWatch
    let subscriptions: SubscriptionWatch

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await worker.run() }
                group.addTask { await polls.run() }
                group.addTask { await subscriptions.run() }
            }
        }
    }
}
