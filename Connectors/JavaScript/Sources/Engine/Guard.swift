import ConnectorSDK
import Dispatch
import Synchronization

/// Lets code run on a thread of its own and looks at it from outside. Most code ends soon after it was told to; what sits in
/// one long step of the engine itself (a pattern, a sum of large numbers) does not, and is left to the end of the process.
enum Guard {
    /// Milliseconds between two looks.
    private static let pause = 5
    /// How many looks code has to end after it was told to.
    private static let patience = 40
    /// Bytes: large enough for the engine, which takes the stack's end for the code's own failure.
    private static let stack = 4 << 20

    /// What the work answered; nil when it did not end in time, and goes on.
    static func run<Value: Sendable>(_ watch: Watch, _ work: @escaping @Sendable () -> Value) -> Value? {
        let box = Box<Value>()
        OwnThread.start(stack: stack) {
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
