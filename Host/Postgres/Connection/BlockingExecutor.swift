import Dispatch

/// A serial executor with a thread of its own for as long as it has work, for what blocks: libpq, child processes,
/// locks. Swift's cooperative pool has one thread a core, and a few blocked ones would stop the host.
final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
