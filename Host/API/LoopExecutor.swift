import NIOCore

/// Carries tasks out on a connection's event loop. Requests so stand behind no steps of runs, which share the processors'
/// common threads, and an answer leaves from the thread that it was made on.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
