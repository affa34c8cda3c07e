import CPatchbay
import Dispatch
import Glibc

/// Tries one library out: all that happens to a connector, except calls.
struct Probe {
    let file: String

    init(_ file: String) { self.file = file }

    func run() -> Finding {
        let module: pb_module
        do throws(Library.Refusal) {
            module = try Library(opening: file).module
        } catch {
            let why = error.why.isEmpty ? "Its entry answered \(error.status) without a reason." : error.why
            return .refused(Finding.Stage(error.stage), why: why)
        }
        let declaration = Finding.Declaration(
            id: text(module.id), version: text(module.version), leastMinor: module.least_minor,
            manifest: text(module.manifest(module.context)))
        let status = module.start(module.context, RefusingHost.table)
        guard status == PB_OK else {
            return .refused(.start, why: "Its start answered \(status) to a host that offers nothing but logging.")
        }
        if let drain = module.drain, !hasDrained(module, drain) {
            return .refused(.drain, why: "Its drain did not end within 2 s, though no call was running.")
        }
        module.stop?(module.context)
        return .inOrder(declaration)
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
}
