import CPatchbay

/// A host that offers nothing but a log nobody reads: what a connector must be able to start with.
enum RefusingHost {
    /// Immortal, as the ABI promises. Unsafe in name only: nobody writes to it once it is there.
    nonisolated(unsafe) static let table: UnsafePointer<pb_host> = {
        let table = UnsafeMutablePointer<pb_host>.allocate(capacity: 1)
        var host = pb_host()
        host.size = UInt32(MemoryLayout<pb_host>.size)
        host.minor = UInt32(PB_ABI_MINOR)
        host.name = immortal("patchbay-runner")
        host.version = immortal("probe")
        host.complete = { _, _, _, _ in Int32(PB_STALE) }
        host.progress = { _, _, _ in Int32(PB_STALE) }
        host.is_cancelled = { _, _ in Int32(PB_STALE) }
        host.log = { _, call, _, _, _ in call == 0 ? Int32(PB_OK) : Int32(PB_STALE) }
        host.extension = { _, _ in nil }
        table.initialize(to: host)
        return UnsafePointer(table)
    }()

    private static func immortal(_ text: StaticString) -> pb_bytes {
        pb_bytes(data: text.utf8Start, size: UInt64(text.utf8CodeUnitCount))
    }
}
