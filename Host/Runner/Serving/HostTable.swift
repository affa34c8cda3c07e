import CPatchbay

/// The functions that the library is given.
enum HostTable {
    static var functions: pb_host {
        var host = pb_host()
        host.size = UInt32(MemoryLayout<pb_host>.size)
        host.minor = UInt32(PB_ABI_MINOR)
        host.name = immortal("patchbay")
        host.version = immortal("1")
        host.complete = { _, call, result, error in RemoteHost.shared.complete(call, result, error) }
        host.progress = { _, call, json in RemoteHost.shared.progress(call, json) }
        host.is_cancelled = { _, call in RemoteHost.shared.isCancelled(call) }
        host.log = { _, call, level, message, fields in RemoteHost.shared.log(call, level, message, fields) }
        host.extension = { _, id in
            switch id.map({ String(cString: $0) }) {
            case PB_HTTP_ID: UnsafeRawPointer(HostTable.http)
            case PB_PROCESS_ID: UnsafeRawPointer(HostTable.process)
            default: nil
            }
        }
        return host
    }

    /// Immortal. Unsafe in name only: nobody writes to it once it is there.
    nonisolated(unsafe) private static let http: UnsafePointer<pb_http> = {
        let table = UnsafeMutablePointer<pb_http>.allocate(capacity: 1)
        var http = pb_http()
        http.size = UInt32(MemoryLayout<pb_http>.size)
        http.send = { _, call, request, reply, user, out in
            RemoteHost.shared.request(call, request, reply, user, out)
        }
        http.abort = { _, request in RemoteHost.shared.abort(request) }
        table.initialize(to: http)
        return UnsafePointer(table)
    }()

    /// Immortal, too.
    nonisolated(unsafe) private static let process: UnsafePointer<pb_process> = {
        let table = UnsafeMutablePointer<pb_process>.allocate(capacity: 1)
        var process = pb_process()
        process.size = UInt32(MemoryLayout<pb_process>.size)
        process.retire = { _ in RemoteHost.shared.retire() }
        table.initialize(to: process)
        return UnsafePointer(table)
    }()

    private static func immortal(_ text: StaticString) -> pb_bytes {
        pb_bytes(data: text.utf8Start, size: UInt64(text.utf8CodeUnitCount))
    }
}
