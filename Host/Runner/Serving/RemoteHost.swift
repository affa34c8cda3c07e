import CPatchbay
import Glibc
import PatchbayFrames
import PatchbayJSON

/// The host as the library sees it: its functions answer at once what can be known here, and tell the host the rest.
final class RemoteHost: @unchecked Sendable {
    // Unchecked: `inbox` and `later` belong to the thread that reads, which `reading` names.
    static let shared = RemoteHost(FramePort(socket: 3))

    let calls = RunningCalls()
    let exchanges = Exchanges()
    let inbox: FrameReceiver
    private let port: FramePort
    private var later: [(head: FrameHead, bytes: [UInt8])] = []
    private var reading: pthread_t?
    /// Immortal, as the ABI promises.
    let table: UnsafePointer<pb_host>

    private init(_ port: FramePort) {
        self.port = port
        inbox = FrameReceiver(port)
        let table = UnsafeMutablePointer<pb_host>.allocate(capacity: 1)
        table.initialize(to: HostTable.functions)
        self.table = UnsafePointer(table)
    }

    /// From now on this thread reads.
    func readsHere() { reading = pthread_self() }

    private var isReading: Bool { reading.map { pthread_equal($0, pthread_self()) != 0 } ?? true }

    /// Waits while the host is slow. Without a host there is nothing left to do.
    func send(_ frame: Frame) {
        guard port.send(frame, mayWait: true) == 0 else { _exit(75) }  // EX_TEMPFAIL
    }

    /// A frame that came while something else was waited for.
    func postponed() -> (head: FrameHead, bytes: [UInt8])? { later.isEmpty ? nil : later.removeFirst() }

    // MARK: Calls

    func complete(_ id: pb_call, _ result: UnsafePointer<pb_result>?, _ error: UnsafePointer<pb_error>?) -> Int32 {
        if let result, error == nil, let result = SizedStruct.read(result, zero: pb_result()) {
            guard let output = result.output.buffer else { return Int32(PB_INVALID) }
            guard calls.end(id) else { return late(id) }
            guard output.count <= FrameProtocol.largestOutput else {
                var frame = Frame(.oversized, id: id)
                frame.add(Int64(output.count))
                send(frame)
                return Int32(PB_OK)
            }
            var frame = Frame(.result, id: id, room: output.count + 4)
            frame.add(output)
            send(frame)
        } else if let error, result == nil, let error = SizedStruct.read(error, zero: pb_error()) {
            guard calls.end(id) else { return late(id) }
            var frame = Frame(.failure, id: id, room: 256)
            frame.add(error)
            send(frame)
        } else {
            return Int32(PB_INVALID)
        }
        return Int32(PB_OK)
    }

    private func late(_ id: pb_call) -> Int32 {
        send(Frame(.late, id: id))
        return Int32(PB_STALE)
    }

    func progress(_ id: pb_call, _ json: pb_bytes) -> Int32 {
        guard calls.isCancelled(id) != nil else { return Int32(PB_STALE) }
        guard let bytes = json.buffer, bytes.count <= Self.longestLine, Self.isObject(bytes) else {
            return Int32(PB_INVALID)
        }
        var frame = Frame(.progress, id: id, room: bytes.count + 4)
        frame.add(bytes)
        send(frame)
        return Int32(PB_OK)
    }

    func isCancelled(_ id: pb_call) -> Int32 {
        guard let isCancelled = calls.isCancelled(id) else { return Int32(PB_STALE) }
        return isCancelled ? 1 : 0
    }

    func log(_ id: pb_call, _ level: Int32, _ message: pb_bytes, _ fields: pb_bytes) -> Int32 {
        guard let text = message.buffer, let object = fields.buffer else { return Int32(PB_INVALID) }
        guard object.isEmpty || Self.isObject(object) else { return Int32(PB_INVALID) }
        guard id == 0 || calls.isCancelled(id) != nil else { return Int32(PB_STALE) }
        // The host cuts it, and leaves long fields out; a byte more says that there is something to cut.
        let shown = UnsafeBufferPointer(rebasing: text.prefix(Self.longestLine + 1))
        var frame = Frame(.log, id: id, word: UInt32(bitPattern: level), room: shown.count + 128)
        frame.add(shown)
        if object.count <= Self.longestLine {
            frame.add(object)
        } else {
            frame.add(#"{"note":"The fields were too long and are left out."}"#)
        }
        send(frame)
        return Int32(PB_OK)
    }

    func retire() -> Int32 {
        send(Frame(.retiring))
        return Int32(PB_OK)
    }

    /// As in the host.
    private static let longestLine = 16 << 10

    private static func isObject(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        (try? JSON(parsing: Array(bytes)))?.object != nil
    }

    // MARK: Requests

    /// Asks the host and waits for its word, which comes at once: whether the request is made is not known here.
    func request(
        _ id: pb_call, _ raw: UnsafePointer<pb_http_request>?, _ reply: pb_http_reply_fn?,
        _ user: UnsafeMutableRawPointer?, _ out: UnsafeMutablePointer<pb_request>?
    ) -> Int32 {
        guard let raw = SizedStruct.read(raw, zero: pb_http_request()), let reply else { return Int32(PB_INVALID) }
        guard calls.isCancelled(id) != nil else { return Int32(PB_STALE) }
        let slices = [raw.method, raw.url, raw.headers, raw.body, raw.credential].compactMap(\.buffer)
        guard slices.count == 5, slices.reduce(0, { $0 + $1.count }) < FrameProtocol.longest - 256 else {
            return Int32(PB_INVALID)
        }
        let exchange = Exchange(reply: reply, user: user, out: out)
        var frame = Frame(.request, id: id, room: slices[3].count + 256)
        frame.add(Int64(bitPattern: exchanges.begin(exchange)))
        frame.add(Int64(raw.max_redirects))
        frame.add(Int64(clamping: raw.timeout_ms))
        frame.add(Int64(clamping: raw.max_body))
        for slice in slices { frame.add(slice) }
        send(frame)
        if isReading { readOn(until: exchange) }
        return exchange.wait()
    }

    func abort(_ request: pb_request) -> Int32 {
        guard exchanges.isOpen(request) else { return Int32(PB_STALE) }
        send(Frame(.abort, id: request))
        return Int32(PB_OK)
    }

    /// The thread that reads must not wait for what it would read itself.
    private func readOn(until exchange: Exchange) {
        let inbox = FrameReceiver(port)
        do throws(FrameProblem) {
            while !exchange.isSettled {
                let isOpen: Void? = try inbox.next { head, reader throws(FrameProblem) in
                    if head.kind == .taken {
                        try taken(head, &reader)
                    } else {
                        later.append((head, reader.copy))
                    }
                }
                if isOpen == nil { _exit(0) }
            }
        } catch {
            _exit(76)  // EX_PROTOCOL
        }
    }

    func taken(_ head: FrameHead, _ reader: inout FrameReader) throws(FrameProblem) {
        let request = UInt64(bitPattern: try reader.number())
        try reader.end()
        exchanges.taken(head.id, as: request, status: head.status)
    }

    func answer(_ request: UInt64, _ reader: inout FrameReader) throws(FrameProblem) {
        var response = pb_http_response()
        response.size = UInt32(MemoryLayout<pb_http_response>.size)
        response.status = Int32(truncatingIfNeeded: try reader.number())
        response.headers = try reader.slice()
        response.body = try reader.slice()
        response.url = try reader.slice()
        try reader.end()
        if let exchange = exchanges.end(request) { exchange.reply(exchange.user, request, &response, nil) }
    }

    func answerFailed(_ request: UInt64, _ reader: inout FrameReader) throws(FrameProblem) {
        var error = try reader.failure()
        try reader.end()
        if let exchange = exchanges.end(request) { exchange.reply(exchange.user, request, nil, &error) }
    }
}
