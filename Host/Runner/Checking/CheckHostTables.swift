import CPatchbay
import Glibc
import Synchronization

/// The tables of a checking host, in memory that is as long as the tables and not a byte longer.
struct CheckHostTables {
    let host: UnsafeMutablePointer<pb_host>
    let http: UnsafeMutablePointer<pb_http>

    init(style: LentMemory.Style, minor: UInt32, tail: Int) {
        var memory = LentMemory(style)
        var table = pb_host()
        table.size = UInt32(MemoryLayout<pb_host>.size + tail)
        table.minor = minor
        table.name = Self.immortal("patchbay-runner")
        table.version = Self.immortal("check")
        table.complete = { host, call, result, error in
            CheckHost.of(host)?.complete(call, result, error) ?? Int32(PB_INVALID)
        }
        table.progress = { host, call, json in
            CheckHost.of(host)?.look(json, call, "its progress")
            return CheckHost.of(host)?.standing(call) ?? Int32(PB_INVALID)
        }
        table.is_cancelled = { host, call in CheckHost.of(host)?.isCancelled(call) ?? Int32(PB_INVALID) }
        table.log = { host, call, _, message, fields in
            for part in [message, fields] { CheckHost.of(host)?.look(part, call, "its log") }
            return call == 0 ? Int32(PB_OK) : CheckHost.of(host)?.log(call) ?? Int32(PB_INVALID)
        }
        table.extension = { host, id in CheckHost.of(host)?.extension(id) }
        if tail > 0 {
            // What a newer host has behind the members of this one: nothing that may be touched.
            let bytes = withUnsafeBytes(of: table) { Array($0) } + [UInt8](repeating: 0xDB, count: tail)
            let place = UnsafeMutableRawPointer(mutating: memory.lend(bytes).data!)
            host = place.assumingMemoryBound(to: pb_host.self)
        } else {
            host = memory.lend(table)
        }
        var http = pb_http()
        http.size = UInt32(MemoryLayout<pb_http>.size)
        http.send = { host, call, request, reply, user, out in
            CheckHost.of(host)?.send(call, request, reply, user, out) ?? Int32(PB_INVALID)
        }
        http.abort = { host, request in CheckHost.of(host)?.abort(request) ?? Int32(PB_INVALID) }
        self.http = memory.lend(http)
        // Never taken back: the tables are immortal.
    }

    func tie(to context: UnsafeMutableRawPointer) { host.pointee.context = context }

    private static func immortal(_ text: StaticString) -> pb_bytes {
        pb_bytes(data: text.utf8Start, size: UInt64(text.utf8CodeUnitCount))
    }
}

extension CheckHost {
    /// PB_OK while a call runs.
    func standing(_ call: pb_call) -> Int32 {
        state.withLock { state in
            if case .some(nil) = state.calls[call] { return Int32(PB_OK) }
            return Int32(PB_STALE)
        }
    }

    func log(_ call: pb_call) -> Int32 {
        state.withLock { $0.lines += 1 }
        return standing(call)
    }

    func isCancelled(_ call: pb_call) -> Int32 {
        state.withLock { state in
            guard case .some(nil) = state.calls[call] else { return Int32(PB_STALE) }
            return state.cancelled.contains(call) ? 1 : 0
        }
    }
}
