package import PatchbayCore

/// A connector that takes calls, in this process or in others.
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
    /// A connector has a handful, which are faster looked through than hashed.
    private let operations: [BoundOperation]
    private let body: any ModuleBody

    init(_ body: any ModuleBody, manifest: Manifest, sha256: String, side: HostSide) {
        self.body = body
        self.manifest = manifest
        self.sha256 = sha256
        self.side = side
        settings = EffectiveSettings(schema: manifest.settings)
        hosts = manifest.hosts
        operations = manifest.operations.map { BoundOperation($0, of: manifest) }
        gate = ConcurrencyGate(limit: manifest.limits.concurrency)
    }

    func operation(_ id: String) -> BoundOperation? { operations.first { $0.id == id } }

    /// Asks the connector to take a call on; answers `PB_OK` or why not.
    func invoke(_ invocation: Invocation, as id: UInt64) -> Int32 { body.invoke(invocation, as: id) }

    /// Tells the connector that a call shall end early.
    func cancel(_ id: UInt64, _ reason: CancelReason) { body.cancel(id, reason) }

    /// Notes that the host waits no longer for a call that the connector has.
    func giveUp(_ id: UInt64) { body.giveUp(id) }

    /// Waits until the connector says that its calls have ended, or until the time is over. True when it has drained.
    func drain(atMost limit: Duration) async -> Bool { await body.drain(atMost: limit) }

    /// Blocks for as long as the connector likes, or a while where it can be ended.
    func stop() { body.stop() }

    /// Where it runs, and what keeps it there.
    package var isolation: ConnectorIsolation { body.isolation }

    /// Whether it can open connections of its own.
    var mayConnect: Bool { openPorts?.isEmpty != true }

    /// Ports that it can connect to by itself; nil for any.
    var openPorts: [UInt16]? { body.openPorts }

    /// Lets a version that was set aside because it kept crashing be tried again; false when it was not.
    @discardableResult
    package func liftQuarantine() -> Bool { body.liftQuarantine() }
}

/// Where a connector's code runs.
protocol ModuleBody: Sendable {
    func invoke(_ invocation: Invocation, as id: UInt64) -> Int32
    func cancel(_ id: UInt64, _ reason: CancelReason)
    func giveUp(_ id: UInt64)
    func drain(atMost limit: Duration) async -> Bool
    func stop()
    var isolation: ConnectorIsolation { get }
    /// Ports that it can connect to by itself; nil for any.
    var openPorts: [UInt16]? { get }
    func liftQuarantine() -> Bool
}
