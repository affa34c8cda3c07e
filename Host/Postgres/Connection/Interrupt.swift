import CLibPQ
import Glibc
import Synchronization

/// Wakes a thread that waits in `poll`, from any thread.
final class WakeUp: Sendable {
    /// An eventfd; readable after `signal` until `drain`.
    let descriptor: Int32

    init?() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    func signal() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    func drain() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}

/// The wish to stop one statement. It may come before the statement begins, while it runs, or too late; a late one only
/// wakes the connection's thread, which then finds nothing to do.
final class Interrupt: Sendable {
    private let wake: WakeUp
    private let fired = Atomic(false)

    init(waking wake: WakeUp) { self.wake = wake }

    var hasFired: Bool { fired.load(ordering: .acquiring) }

    func fire() {
        fired.store(true, ordering: .releasing)
        wake.signal()
    }
}
