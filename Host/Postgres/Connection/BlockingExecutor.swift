import Dispatch

/// A serial executor with a thread of its own for as long as it has work, for what blocks: libpq, child processes,
/// locks. Swift's cooperative pool has one thread a core, and a few blocked ones would stop the host.
///
/// A task that prefers it runs there between its calls of whatever is isolated to it, too, and changes no thread on the
/// way: each change costs some twenty microseconds on an idle machine.
package final class BlockingExecutor: SerialExecutor, TaskExecutor {
    private static let current = DispatchSpecificKey<ObjectIdentifier>()
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label)
        queue.setSpecific(key: Self.current, value: ObjectIdentifier(self))
    }

    /// Whether the caller runs here.
    package var isCurrent: Bool { DispatchQueue.getSpecific(key: Self.current) == ObjectIdentifier(self) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
        }
    }
}
