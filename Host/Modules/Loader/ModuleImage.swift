import CPatchbay
import Glibc
import PatchbayCore
import PatchbayFrames
import PatchbayJSON

/// A library that was opened in this process. It stays mapped for good: unmapping one crashes the runtimes inside it.
struct ModuleImage: @unchecked Sendable {
    // Unchecked, because it holds pointers: all immortal, and used as the ABI says.
    let module: pb_module

    /// Opens a library of the store and asks its entry; then holds what it says of itself against the manifest.
    static func open(_ path: String, for manifest: Manifest) -> Result<ModuleImage, ConnectorRefusal> {
        // NOW: a missing symbol shows here and not in the middle of a call. LOCAL: nobody else finds its names. NODELETE:
        // whatever closes it, it stays.
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
            return .failure(.cannotOpen(reason))
        }
        guard let symbol = dlsym(handle, ModuleEntry.symbol) else {
            return .failure(.missingSymbol(have: "no such symbol"))
        }
        var module = pb_module()
        if let refusal = enter(unsafeBitCast(symbol, to: pb_entry_fn.self), &module) { return .failure(refusal) }
        guard module.manifest != nil, module.start != nil, module.invoke != nil, module.cancel != nil else {
            return .failure(.incomplete("It leaves out `manifest`, `start`, `invoke` or `cancel`."))
        }
        if Int(module.least_minor) > ModuleEntry.minor { return .failure(.abiMinor(least: Int(module.least_minor))) }
        let report = declaration(module)
        return report.flatMap {
            $0.mismatch(with: manifest).map { .failure($0) } ?? .success(ModuleImage(module: module))
        }
    }

    private static func enter(_ entry: pb_entry_fn, _ module: inout pb_module) -> ConnectorRefusal? {
        let room = UInt32(MemoryLayout<pb_module>.size)
        module.size = room
        var why = [CChar](repeating: 0, count: 1_024)
        let status = entry(UInt32(PB_ABI_MINOR), &module, &why, UInt32(why.count))
        guard status == PB_OK else {
            let reason = String(decoding: why.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            return .entryRefused(reason, status)
        }
        guard module.size >= room else {
            return .incomplete("It has \(module.size) bytes; the first release has \(room).")
        }
        return nil
    }

    /// What the library says of itself.
    private static func declaration(_ module: pb_module) -> Result<ProbeReport, ConnectorRefusal> {
        let bytes = Array(module.manifest(module.context).buffer ?? UnsafeBufferPointer(start: nil, count: 0))
        do throws(JSONError) {
            let manifest = try JSON(parsing: bytes, limits: JSONLimits(bytes: Manifest.largest))
            return .success(
                ProbeReport(
                    id: module.id.text(atMost: 200), version: module.version.text(atMost: 200),
                    leastMinor: Int(module.least_minor), manifest: manifest))
        } catch {
            return .failure(.unreadableManifest(error))
        }
    }

    /// Starts it. Blocks for as long as the connector likes.
    func start(_ side: HostSide) -> ConnectorRefusal? {
        let status = module.start(module.context, side.table)
        guard status != PB_OK else { return nil }
        return .startFailed(status)
    }
}

extension ProbeReport {
    /// Where the library contradicts the manifest beside it.
    func mismatch(with manifest: Manifest) -> ConnectorRefusal? {
        let hint = "Stage the connector anew: manifest and library are of different builds."
        if id != manifest.id {
            return ConnectorRefusal(.idMismatch, have: "the library of `\(id)`", need: "`\(manifest.id)`", hint: hint)
        }
        if version != manifest.version.description {
            return ConnectorRefusal(
                .versionMismatch, have: "the library of version \(version)", need: "\(manifest.version)", hint: hint)
        }
        guard let difference = JSONDifference(self.manifest, manifest.declared) else { return nil }
        func shown(_ value: JSON?) -> String { value.map { String($0.text.prefix(200)) } ?? "nothing" }
        return ConnectorRefusal(
            .manifestMismatch,
            have:
                "the library says \(shown(difference.first)) at \(difference.pointer.isEmpty ? "/" : difference.pointer)",
            need: "\(shown(difference.second)), as manifest.json says", hint: hint)
    }
}
