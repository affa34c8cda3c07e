import Dispatch
import Glibc
import Synchronization

/// One thread that answers requests, so that no answer comes inside the call that asked for it.
final class ReplyThread: Sendable {
    private let queue = Mutex<[@Sendable () -> Void]>([])
    private let filled = DispatchSemaphore(value: 0)

    init() {
        Threads.start { [self] in
            while true {
                filled.wait()
                let next = queue.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                next?()
            }
        }
    }

    func enqueue(_ work: @escaping @Sendable () -> Void) {
        queue.withLock { $0.append(work) }
        filled.signal()
    }
}

/// Threads of the operating system, which unlike queues can be counted.
enum Threads {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    @discardableResult
    static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body)).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { work in
                Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().body()
                return nil
            }, work)
        guard status == 0 else {
            Runner.complain("patchbay-runner: no thread: \(String(cString: strerror(status)))")
            _exit(71)  // EX_OSERR
        }
        return thread
    }

    /// Runs the body once for each index below `count`, all at the same time; returns when all have ended.
    static func together(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let threads = (0..<count).map { index in start { body(index) } }
        for thread in threads { pthread_join(thread, nil) }
    }
}
