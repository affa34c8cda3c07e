import CPatchbay
import PatchbayJSON

/// The host's table, and its capabilities as far as it offers them.
///
/// Unchecked, because pointers are not Sendable: all tables are immortal and their functions may be called from any
/// thread, as `host.h` and `http.h` promise.
final class Host: @unchecked Sendable {
    let table: UnsafePointer<pb_host>
    private let http: UnsafePointer<pb_http>?
    private let process: UnsafePointer<pb_process>?

    init(_ table: UnsafePointer<pb_host>) {
        self.table = table
        let found = table.pointee.extension?(table, PB_HTTP_ID)
        self.http = found?.assumingMemoryBound(to: pb_http.self)
        let own = table.pointee.extension?(table, PB_PROCESS_ID)
        self.process = own?.assumingMemoryBound(to: pb_process.self)
    }

    func complete(_ call: pb_call, with output: JSON) {
        output.withBytes { bytes in
            var result = pb_result()
            result.size = UInt32(MemoryLayout<pb_result>.size)
            result.output = pb_bytes(data: bytes.baseAddress, size: UInt64(bytes.count))
            // PB_STALE means that the host has given the call up; there is nobody left to tell.
            _ = table.pointee.complete(table, call, &result, nil)
        }
    }

    func complete(_ call: pb_call, with error: ConnectorError) {
        let texts = [error.vendorCode ?? "", error.message, error.detail?.text ?? "", error.pointer ?? ""]
        withSlices(texts.map { Array($0.utf8) }) { slices in
            var failure = pb_error()
            failure.size = UInt32(MemoryLayout<pb_error>.size)
            failure.code = error.code.rawValue
            failure.retry = error.retry.rawValue
            failure.effect = error.effect.rawValue
            failure.retry_after_ms = error.retryAfter?.milliseconds ?? -1
            failure.http_status = Int32(clamping: error.httpStatus ?? 0)
            failure.vendor_code = slices[0]
            failure.message = slices[1]
            failure.detail = slices[2]
            failure.pointer = slices[3]
            _ = table.pointee.complete(table, call, nil, &failure)
        }
    }

    func log(_ call: pb_call, _ level: LogLevel, _ message: String, _ fields: JSONObject) {
        let fields = fields.isEmpty ? [] : JSON.object(fields).bytes()
        withSlices([Array(message.utf8), fields]) { slices in
            _ = table.pointee.log(table, call, level.rawValue, slices[0], slices[1])
        }
    }

    func progress(_ call: pb_call, _ fraction: Double?, _ message: String?) {
        var object = JSONObject()
        object["fraction"] = fraction.map(JSON.double)
        object["message"] = message.map(JSON.string)
        withSlices([JSON.object(object).bytes()]) { slices in
            _ = table.pointee.progress(table, call, slices[0])
        }
    }

    /// False where the host lends its own process.
    func retireProcess() -> Bool { process?.pointee.retire(table) == Int32(PB_OK) }

    /// Sends a request; `reply` is settled exactly once, also when this throws it is not called.
    func send(_ request: PreparedRequest, in call: pb_call, reply: HTTPReply) throws(ConnectorError) {
        guard let http else {
            throw ConnectorError(.unsupported, "This host offers no HTTP to connectors.", effect: .none)
        }
        let texts = [request.method, request.url, request.headers, request.credential].map { Array($0.utf8) }
        // The reference belongs to the host until it calls back.
        let user = Unmanaged.passRetained(reply).toOpaque()
        let status = withSlices(texts + [request.body]) { slices in
            var raw = pb_http_request()
            raw.size = UInt32(MemoryLayout<pb_http_request>.size)
            raw.max_redirects = UInt32(clamping: request.redirects)
            raw.method = slices[0]
            raw.url = slices[1]
            raw.headers = slices[2]
            raw.credential = slices[3]
            raw.body = slices[4]
            raw.timeout_ms = UInt64(clamping: request.timeout)
            var id: pb_request = 0
            let status = http.pointee.send(table, call, &raw, httpReplied, user, &id)
            if status == PB_OK { reply.sent(as: id) }
            return status
        }
        guard status != PB_OK else { return }
        Unmanaged<HTTPReply>.fromOpaque(user).release()
        throw refusal(status, of: request)
    }

    func abort(_ request: pb_request) {
        _ = http?.pointee.abort(table, request)
    }

    private func refusal(_ status: Int32, of request: PreparedRequest) -> ConnectorError {
        switch status {
        case Int32(PB_DENIED):
            ConnectorError(
                .config,
                "The host refuses a request to \(address(of: request.url)); the step's log says why.", effect: .none)
        case Int32(PB_INVALID):
            ConnectorError(
                .invalidInput, "`\(address(of: request.url))` is no address to send a request to.", effect: .none)
        case Int32(PB_STALE), Int32(PB_CLOSING):
            ConnectorError(.cancelled, "The call is over.", effect: .none)
        default:
            ConnectorError(.unavailable, "The host takes no request now (\(status)).", effect: .none)
        }
    }

    /// Scheme, host and path; never the query, which may hold what is not to be seen.
    private func address(of url: String) -> String { String(url.prefix { $0 != "?" && $0 != "#" }.prefix(200)) }
}
