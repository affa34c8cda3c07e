import CPatchbay
import PatchbayCore

/// A library that is open in this process.
struct MappedModule: ModuleBody {
    /// Unsafe in name only: immortal, as the ABI promises, never written to, and its functions may be called from any
    /// thread, those of the loader by the loader alone.
    nonisolated(unsafe) private let module: pb_module

    init(_ module: pb_module) { self.module = module }

    func invoke(_ invocation: Invocation, as id: UInt64) -> Int32 {
        invocation.lend(as: id) { module.invoke(module.context, $0) }
    }

    func cancel(_ id: UInt64, _ reason: CancelReason) {
        module.cancel(module.context, id, reason.rawValue)
    }

    /// The table of calls knows it; the connector is answered when it comes late.
    func giveUp(_ id: UInt64) {}

    func drain(atMost limit: Duration) async -> Bool {
        guard module.drain != nil else { return true }
        return await BlockingWork.untilSettled(atMost: limit) { settle in
            // Not balanced when the connector never answers: it may still do so, at any time.
            let user = Unmanaged.passRetained(Once(settle)).toOpaque()
            self.module.drain?(
                self.module.context, { Unmanaged<Once>.fromOpaque($0!).takeUnretainedValue().run() }, user)
        }
    }

    func stop() {
        module.stop?(module.context)
    }

    var isolation: ConnectorIsolation { ConnectorIsolation(mode: .inProcess) }

    /// It is in the host's network, and trusted.
    var openPorts: [UInt16]? { nil }

    func liftQuarantine() -> Bool { false }
}

/// A closure that C holds by a pointer. Kept for ever, because a faulty connector may call twice.
private final class Once: Sendable {
    private let closure: @Sendable () -> Void
    init(_ closure: @escaping @Sendable () -> Void) { self.closure = closure }
    func run() { closure() }
}
