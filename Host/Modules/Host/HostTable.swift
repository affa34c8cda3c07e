import CPatchbay

/// The functions that every module is given; each finds its way back by the table's context.
enum HostTable {
    static var functions: pb_host {
        var host = pb_host()
        host.size = UInt32(MemoryLayout<pb_host>.size)
        host.minor = UInt32(PB_ABI_MINOR)
        host.name = immortal("patchbay")
        host.version = immortal("1")
        host.complete = { table, call, result, error in
            HostSide.of(table)?.complete(call, result, error) ?? Int32(PB_INVALID)
        }
        host.progress = { table, call, json in HostSide.of(table)?.progress(call, json) ?? Int32(PB_INVALID) }
        host.is_cancelled = { table, call in HostSide.of(table)?.isCancelled(call) ?? Int32(PB_INVALID) }
        host.log = { table, call, level, message, fields in
            HostSide.of(table)?.log(call, level, message, fields) ?? Int32(PB_INVALID)
        }
        host.extension = { _, id in
            guard let id, String(cString: id) == PB_HTTP_ID else { return nil }
            return UnsafeRawPointer(HostTable.http)
        }
        return host
    }

    /// Immortal. Unsafe in name only: nobody writes to it once it is there.
    nonisolated(unsafe) private static let http: UnsafePointer<pb_http> = {
        let table = UnsafeMutablePointer<pb_http>.allocate(capacity: 1)
        var http = pb_http()
        http.size = UInt32(MemoryLayout<pb_http>.size)
        http.send = { host, call, request, reply, user, out in
            HostSide.of(host)?.send(call, request, reply, user, out) ?? Int32(PB_INVALID)
        }
        http.abort = { host, request in
            HostSide.of(host).map { $0.requests.abort(request) ? Int32(PB_OK) : Int32(PB_STALE) } ?? Int32(PB_INVALID)
        }
        table.initialize(to: http)
        return UnsafePointer(table)
    }()

    private static func immortal(_ text: StaticString) -> pb_bytes {
        pb_bytes(data: text.utf8Start, size: UInt64(text.utf8CodeUnitCount))
    }
}
