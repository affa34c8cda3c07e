import CPatchbay
import Dispatch
import Synchronization

/// Counts how often a drain says that it is done.
final class DrainWatch: Sendable {
    private let times = Mutex(0)
    private let happened = DispatchSemaphore(value: 0)

    var count: Int { times.withLock { $0 } }

    fileprivate func note() {
        times.withLock { $0 += 1 }
        happened.signal()
    }

    func settled(within milliseconds: Int) -> Bool {
        count > 0 || happened.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }
}

extension CheckSession {
    static func drain(
        _ module: pb_module,
        _ drain: @convention(c) @Sendable (UnsafeMutableRawPointer?, pb_drained_fn?, UnsafeMutableRawPointer?) -> Void
    ) -> DrainWatch {
        let watch = DrainWatch()
        // Kept for good: it may be told more than once.
        drain(
            module.context, { Unmanaged<DrainWatch>.fromOpaque($0!).takeUnretainedValue().note() },
            Unmanaged.passRetained(watch).toOpaque())
        return watch
    }
}
