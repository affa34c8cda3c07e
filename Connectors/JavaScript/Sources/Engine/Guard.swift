import Dispatch
import Glibc
import Synchronization

/// Lets code run on a thread of its own and looks at it from outside. Most code ends soon after it was told to; what sits in
/// one long step of the engine itself (a pattern, a sum of large numbers) does not, and is left to the end of the process.
enum Guard {
    /// Milliseconds between two looks.
    private static let pause = 5
    /// How many looks code has to end after it was told to.
    private static let patience = 40

    /// What the work answered; nil when it did not end in time, and goes on.
    static func run<Value: Sendable>(_ watch: Watch, _ work: @escaping @Sendable () -> Value) -> Value? {
        let box = Box<Value>()
        Thread.start {
            box.value.withLock { $0 = work() }
            box.done.signal()
        }
        var looks = 0
        while box.done.wait(timeout: .now() + .milliseconds(pause)) == .timedOut {
            guard watch.look() != nil else { continue }
            looks += 1
            if looks > patience || watch.isFlooding { return nil }
        }
        return box.value.withLock { $0 }
    }

    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
        let done = DispatchSemaphore(value: 0)
    }
}

/// A thread with a stack that is large enough for the engine, which takes its end for the code's own failure.
private enum Thread {
    private final class Box {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    /// Bytes.
    private static let stack = 4 << 20

    static func start(_ work: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, stack)
        defer { pthread_attr_destroy(&attributes) }
        let box = Unmanaged.passRetained(Box(work))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            }, box.toOpaque())
        // Without a thread it blocks this one, and its own limits hold.
        if status != 0 { box.takeRetainedValue().work() }
    }
}
