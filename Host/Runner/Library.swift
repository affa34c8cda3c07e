import CPatchbay
import Glibc
import PatchbayFrames

/// A library that was opened and has said who it is.
struct Library {
    private(set) var module = pb_module()

    struct Refusal: Error {
        var stage: RunnerStage
        /// A sentence, the library's own where it gave one; empty when it only answered a number.
        var why: String
        var status: Int32 = 0
    }

    init(opening file: String) throws(Refusal) {
        guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            throw Refusal(stage: .open, why: Self.linkerError)
        }
        guard let symbol = dlsym(handle, PB_ENTRY_SYMBOL) else { throw Refusal(stage: .symbol, why: Self.linkerError) }
        let entry = unsafeBitCast(symbol, to: pb_entry_fn.self)
        let room = UInt32(MemoryLayout<pb_module>.size)
        module.size = room
        var why = [CChar](repeating: 0, count: 1_024)
        let status = entry(UInt32(PB_ABI_MINOR), &module, &why, UInt32(why.count))
        guard status == PB_OK else {
            let reason = String(decoding: why.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            throw Refusal(stage: .entry, why: reason, status: status)
        }
        guard module.size >= room else {
            throw Refusal(
                stage: .module, why: "It has \(module.size) bytes; the first release has \(room).",
                status: Int32(clamping: module.size))
        }
        guard module.manifest != nil, module.start != nil, module.invoke != nil, module.cancel != nil else {
            throw Refusal(stage: .module, why: "It leaves out `manifest`, `start`, `invoke` or `cancel`.")
        }
    }

    private static var linkerError: String {
        dlerror().map { String(cString: $0) } ?? "The dynamic linker gives no reason."
    }
}
