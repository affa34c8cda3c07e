import CPatchbay
import Dispatch
import Glibc

/// Tries one library out: all that happens to a connector, except calls.
struct Probe {
    let file: String

    init(_ file: String) { self.file = file }

    func run() -> Finding {
        guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            return .refused(.open, why: dynamicLinkerError())
        }
        guard let symbol = dlsym(handle, PB_ENTRY_SYMBOL) else { return .refused(.symbol, why: dynamicLinkerError()) }
        let entry = unsafeBitCast(symbol, to: pb_entry_fn.self)
        var module = pb_module()
        module.size = UInt32(MemoryLayout<pb_module>.size)
        if let refusal = enter(entry, &module) { return refusal }
        guard let manifest = module.manifest, let start = module.start, module.invoke != nil, module.cancel != nil
        else {
            return .refused(.module, why: "It leaves out `manifest`, `start`, `invoke` or `cancel`.")
        }
        let declaration = Finding.Declaration(
            id: text(module.id), version: text(module.version), leastMinor: module.least_minor,
            manifest: text(manifest(module.context)))
        let status = start(module.context, RefusingHost.table)
        guard status == PB_OK else {
            return .refused(.start, why: "Its start answered \(status) to a host that offers nothing but logging.")
        }
        if let drain = module.drain, !hasDrained(module, drain) {
            return .refused(.drain, why: "Its drain did not end within 2 s, though no call was running.")
        }
        module.stop?(module.context)
        return .inOrder(declaration)
    }

    private func enter(_ entry: pb_entry_fn, _ module: inout pb_module) -> Finding? {
        var why = [CChar](repeating: 0, count: 1_024)
        let room = UInt32(MemoryLayout<pb_module>.size)
        let status = entry(UInt32(PB_ABI_MINOR), &module, &why, UInt32(why.count))
        guard status == PB_OK else {
            let reason = String(decoding: why.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            return .refused(.entry, why: reason.isEmpty ? "Its entry answered \(status) without a reason." : reason)
        }
        guard module.size >= room else {
            return .refused(.module, why: "Its module has \(module.size) bytes; the first release has \(room).")
        }
        return nil
    }

    private func hasDrained(
        _ module: pb_module,
        _ drain: @convention(c) @Sendable (UnsafeMutableRawPointer?, pb_drained_fn?, UnsafeMutableRawPointer?) -> Void
    ) -> Bool {
        let semaphore = DispatchSemaphore(value: 0)
        let user = Unmanaged.passRetained(semaphore).toOpaque()
        // Not balanced when the connector never answers; the process ends soon after.
        drain(module.context, { Unmanaged<DispatchSemaphore>.fromOpaque($0!).takeRetainedValue().signal() }, user)
        return semaphore.wait(timeout: .now() + 2) == .success
    }

    private func text(_ bytes: pb_bytes) -> String {
        String(decoding: UnsafeBufferPointer(start: bytes.data, count: Int(clamping: bytes.size)), as: UTF8.self)
    }

    private func dynamicLinkerError() -> String {
        dlerror().map { String(cString: $0) } ?? "The dynamic linker gives no reason."
    }
}
