import CPatchbay
import PatchbayCore

/// A connector's library that is open and started.
package final class LoadedModule: Sendable {
    package let manifest: Manifest
    /// Of the library, in lower-case hexadecimal.
    package let sha256: String
    let side: HostSide
    /// How many calls it takes on at a time.
    let gate: ConcurrencyGate
    let settings: EffectiveSettings
    /// The manifest's hosts.
    let hosts: [ManifestHost]
    private let operations: [String: BoundOperation]
    /// Unsafe in name only: immortal, as the ABI promises, never written to, and its functions may be called from any
    /// thread, those of the loader by the loader alone.
    nonisolated(unsafe) private let module: pb_module

    init(_ module: pb_module, manifest: Manifest, sha256: String, side: HostSide) {
        self.module = module
        self.manifest = manifest
        self.sha256 = sha256
        self.side = side
        settings = EffectiveSettings(schema: manifest.settings)
        hosts = manifest.hosts
        operations = Dictionary(
            uniqueKeysWithValues: manifest.operations.map { ($0.id, BoundOperation($0, of: manifest)) })
        gate = ConcurrencyGate(limit: manifest.limits.concurrency)
    }

    func operation(_ id: String) -> BoundOperation? { operations[id] }

    /// Asks the connector to take a call on; answers `PB_OK` or why not.
    func invoke(_ invocation: Invocation, as id: UInt64) -> Int32 {
        invocation.lend(as: id) { module.invoke(module.context, $0) }
    }

    /// Tells the connector that a call shall end early.
    func cancel(_ id: UInt64, _ reason: CancelReason) {
        module.cancel(module.context, id, reason.rawValue)
    }

    /// Waits until the connector says that its calls have ended, or until the time is over. True when it has drained.
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
}

/// A closure that C holds by a pointer. Kept for ever, because a faulty connector may call twice.
private final class Once: Sendable {
    private let closure: @Sendable () -> Void
    init(_ closure: @escaping @Sendable () -> Void) { self.closure = closure }
    func run() { closure() }
}
