public import CPatchbay

/// What the entry function of a module does; see `ConnectorSDK/Docs/writing-a-connector.md` for the five lines around it.
///
/// Answers `PB_OK` after filling `out`, or `PB_UNSUPPORTED` with the reason in `why`.
public func enterConnector(
    _ connector: Connector, _ hostMinor: UInt32, _ out: UnsafeMutablePointer<pb_module>?,
    _ why: UnsafeMutablePointer<CChar>?, _ capacity: UInt32
) -> Int32 {
    let connector = connector.numbered(pb_development_number())
    return enter(Module(connector), as: connector.id, connector.version, hostMinor, out, why, capacity)
}

/// The same for a connector that is described by data.
package func enterConnector(
    _ described: DescribedConnector, _ hostMinor: UInt32, _ out: UnsafeMutablePointer<pb_module>?,
    _ why: UnsafeMutablePointer<CChar>?, _ capacity: UInt32
) -> Int32 {
    enter(Module(described), as: described.id, described.version, hostMinor, out, why, capacity)
}

/// What the entry function of a module does that cannot be used: tells the host why.
package func refuseConnector(_ reason: String, _ why: UnsafeMutablePointer<CChar>?, _ capacity: UInt32) -> Int32 {
    explain(reason, why, capacity)
    return Int32(PB_UNSUPPORTED)
}

private func enter(
    _ entered: Module, as id: String, _ version: String, _ hostMinor: UInt32,
    _ out: UnsafeMutablePointer<pb_module>?, _ why: UnsafeMutablePointer<CChar>?, _ capacity: UInt32
) -> Int32 {
    guard let out else { return Int32(PB_INVALID) }
    guard hostMinor >= leastHostMinor else {
        explain(
            "\(id) \(version) needs a host with ABI 1.\(leastHostMinor) or newer; this one has "
                + "1.\(hostMinor). Upgrade Patchbay, or install an older version of the connector.", why, capacity)
        return Int32(PB_UNSUPPORTED)
    }
    var module = pb_module()
    module.size = UInt32(MemoryLayout<pb_module>.size)
    module.least_minor = leastHostMinor
    module.context = Unmanaged.passRetained(entered).toOpaque()
    module.id = .immortal(Array(id.utf8))
    module.version = .immortal(Array(version.utf8))
    module.manifest = { context in connectorModule(context)?.manifest ?? pb_bytes() }
    module.start = { context, host in
        guard let module = connectorModule(context), let host else { return Int32(PB_INVALID) }
        module.start(host)
        return Int32(PB_OK)
    }
    module.invoke = { context, invocation in
        guard let module = connectorModule(context), let invocation else { return Int32(PB_INVALID) }
        return module.invoke(invocation)
    }
    module.cancel = { context, call, _ in connectorModule(context)?.cancel(call) }
    module.drain = { context, done, user in
        let user = Foreign(pointer: user)
        connectorModule(context)?.drain { done?(user.pointer) }
    }
    write(module, to: out)
    return Int32(PB_OK)
}

extension Connector {
    /// The connector as a build that is only tried out: `1.0.0-dev.7`, beside which the release can stand.
    fileprivate func numbered(_ development: UInt32) -> Connector {
        guard development > 0 else { return self }
        var connector = self
        connector.version += (version.contains("-") ? "." : "-") + "dev.\(development)"
        return connector
    }
}

/// The host's pointer, handed back to it untouched; the ABI lets it come from any thread.
private struct Foreign: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer?
}

private func connectorModule(_ context: UnsafeMutableRawPointer?) -> Module? {
    context.map { Unmanaged<Module>.fromOpaque($0).takeUnretainedValue() }
}

/// Fills no more than the host has room for.
private func write(_ module: pb_module, to out: UnsafeMutablePointer<pb_module>) {
    var module = module
    let room = min(UnsafeRawPointer(out).load(as: UInt32.self), module.size)
    module.size = room
    withUnsafeBytes(of: module) { bytes in
        UnsafeMutableRawPointer(out).copyMemory(from: bytes.baseAddress!, byteCount: Int(room))
    }
}

private func explain(_ reason: String, _ why: UnsafeMutablePointer<CChar>?, _ capacity: UInt32) {
    guard let why, capacity > 0 else { return }
    let bytes = reason.utf8CString.dropLast().prefix(Int(capacity) - 1)
    for (index, byte) in bytes.enumerated() { why[index] = byte }
    why[bytes.count] = 0
}
