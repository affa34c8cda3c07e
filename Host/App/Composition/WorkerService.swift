import PatchbayEngine
import ServiceLifecycle

/// The worker as a part of the host's life: told to stop, it takes no more runs and ends the steps it is in.
struct WorkerService: Service {
    let worker: Worker

    func run() async throws {
        await cancelWhenGracefulShutdown { await worker.run() }
    }
}
