import CPatchbay
import PatchbayCore
import PatchbayOutbound

/// An answer on its way back to a connector: lent for the time of the callback.
enum HTTPAnswer {
    static func send(
        _ result: Result<OutboundResponse, OutboundError>, of request: pb_request, to reply: pb_http_reply_fn,
        _ user: UnsafeMutableRawPointer?
    ) {
        switch result {
        case .success(let response):
            let headers = response.headers.map { "\($0.name): \($0.value)\n" }.joined()
            lend([Array(headers.utf8), response.body, Array(response.url.utf8)]) { slices in
                var raw = pb_http_response()
                raw.size = UInt32(MemoryLayout<pb_http_response>.size)
                raw.status = Int32(clamping: response.status)
                (raw.headers, raw.body, raw.url) = (slices[0], slices[1], slices[2])
                reply(user, request, &raw, nil)
            }
        case .failure(let error):
            lend([Array(error.code.rawValue.utf8), Array(error.message.utf8)]) { slices in
                var raw = pb_error()
                raw.size = UInt32(MemoryLayout<pb_error>.size)
                raw.code = error.code.operation.abi
                raw.effect = Int32(error.mayHaveHadEffect ? PB_EFFECT_UNKNOWN : PB_EFFECT_NONE)
                raw.retry_after_ms = -1
                (raw.vendor_code, raw.message) = (slices[0], slices[1])
                reply(user, request, nil, &raw)
            }
        }
    }

    /// Lends several texts at once as slices, for the time of `body`.
    private static func lend(_ texts: [[UInt8]], _ slices: [pb_bytes] = [], _ body: ([pb_bytes]) -> Void) {
        guard slices.count < texts.count else { return body(slices) }
        texts[slices.count].withUnsafeBufferPointer { buffer in
            lend(texts, slices + [pb_bytes(data: buffer.baseAddress, size: UInt64(buffer.count))], body)
        }
    }
}

extension OutboundError.Code {
    /// What it means for the call.
    fileprivate var operation: OperationFailure.Code {
        switch self {
        case .invalidRequest: .invalidInput
        case .hostNotDeclared, .egressDenied: .config
        case .resolveFailed, .connectFailed, .connectionLost, .busy, .closing: .unavailable
        case .timeout: .timeout
        case .cancelled: .cancelled
        case .tlsFailed, .bodyTooLarge, .protocolError, .tooManyRedirects: .upstream
        }
    }
}
