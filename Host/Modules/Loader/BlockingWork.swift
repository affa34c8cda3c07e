import Dispatch
import Synchronization

/// Work that waits for the disk, for a child or for the dynamic linker, kept off the threads that run tasks.
enum BlockingWork {
    private static let queue = DispatchQueue(label: "patchbay.loader", attributes: .concurrent)

    static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }

    /// Gives the work up after a time: it then still runs on, alone, and its result is dropped.
    static func run<Result: Sendable>(
        atMost limit: Duration, _ work: @escaping @Sendable () -> Result
    ) async -> Result? {
        await withCheckedContinuation { continuation in
            let box = FirstResult<Result>(continuation)
            queue.async { box.settle(work()) }
            queue.asyncAfter(deadline: .now() + .milliseconds(Int(limit.milliseconds))) { box.settle(nil) }
        }
    }

    /// Starts something that says itself when it is done; false when that takes too long.
    static func untilSettled(
        atMost limit: Duration, _ start: (_ settle: @escaping @Sendable () -> Void) -> Void
    ) async -> Bool {
        let answer: Bool? = await withCheckedContinuation { continuation in
            let box = FirstResult<Bool>(continuation)
            queue.asyncAfter(deadline: .now() + .milliseconds(Int(limit.milliseconds))) { box.settle(nil) }
            start { box.settle(true) }
        }
        return answer ?? false
    }
}

/// A continuation that several may want to resume; the first does.
private final class FirstResult<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value?, Never>?>

    init(_ continuation: CheckedContinuation<Value?, Never>) {
        self.continuation = Mutex(continuation)
    }

    func settle(_ value: Value?) {
        let waiting = continuation.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        waiting?.resume(returning: value)
    }
}

extension Duration {
    /// Whole milliseconds, as far as they fit.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedReportingOverflow(by: 1_000).overflow
            ? .max : seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
