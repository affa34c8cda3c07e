import CPatchbay
import PatchbayCore
import PatchbayFrames
import PatchbayJSON
import PatchbayOutbound

/// What a connector gave to be called back with; the ABI lets that happen on any thread.
private struct Reply: @unchecked Sendable {
    let function: pb_http_reply_fn
    let user: UnsafeMutableRawPointer?
}

extension HostSide {
    /// The capability `patchbay.http/1`: checks what the connector may do, and hands the request to the client.
    func send(
        _ id: pb_call, _ raw: UnsafePointer<pb_http_request>?, _ function: pb_http_reply_fn?,
        _ user: UnsafeMutableRawPointer?, _ out: UnsafeMutablePointer<pb_request>?
    ) -> Int32 {
        guard let raw = SizedStruct.read(raw, zero: pb_http_request()), let function else { return Int32(PB_INVALID) }
        guard let call = calls.call(id, of: self) else { return Int32(PB_STALE) }
        guard let client = call.allowance.outbound else { return Int32(PB_UNSUPPORTED) }
        let request: OutboundRequest
        do throws(HTTPRefusal) {
            request = try HTTPRefusal.request(raw, call.allowance, by: client)
        } catch {
            call.log(.warning, error.line)
            return error.status
        }
        let reply = Reply(function: function, user: user)
        let number = requests.reserve(on: client)
        // Before the answer can come.
        out?.pointee = number
        guard call.opened(number) else {
            requests.ended(number)
            return Int32(PB_STALE)
        }
        let requests = requests
        let ticket = client.start(request) { result in
            requests.ended(number)
            call.closed(number)
            HTTPAnswer.send(result, of: number, to: reply.function, reply.user)
        }
        requests.started(number, as: ticket)
        return Int32(PB_OK)
    }
}
