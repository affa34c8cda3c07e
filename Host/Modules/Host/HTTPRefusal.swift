import CPatchbay
import PatchbayFrames
import PatchbayOutbound

/// Why a connector's request is not made.
struct HTTPRefusal: Error {
    var status: Int32
    /// For the call's log.
    var line: String

    /// The request as the client takes it, within what the call allows.
    static func request(
        _ raw: pb_http_request, _ allowance: CallAllowance, by client: any RequestSender
    ) throws(HTTPRefusal) -> OutboundRequest {
        guard let body = raw.body.buffer, raw.headers.buffer != nil else { throw invalid("a slice has no data") }
        var request = OutboundRequest(
            method: raw.method.text(), url: raw.url.text(), headers: try headers(raw.headers.text()), body: Array(body),
            timeout: timeout(raw.timeout_ms, allowance),
            maxBody: raw.max_body == 0 ? largestBody : min(Int(clamping: raw.max_body), largestBody),
            maxRedirects: Int(raw.max_redirects), allowedHosts: allowance.hosts)
        request.tenantEgress = allowance.tenantEgress
        if let error = client.refusal(of: request) {
            switch error.code {
            case .invalidRequest: throw invalid(error.message)
            case .hostNotDeclared: throw denied(error.message)
            // The rest is the request's answer.
            default: break
            }
        }
        let slot = raw.credential.text()
        guard !slot.isEmpty else { return request }
        guard slot == allowance.slot, let attachment = allowance.attachment else {
            throw denied("it names the credential slot `\(slot.prefix(63))`, which this call has no credential for")
        }
        var guarded = request
        guarded.allowedHosts = allowance.attachmentHosts
        guard client.refusal(of: guarded)?.code != .hostNotDeclared else {
            throw denied(
                "the credential may not be sent there; name the host in the credential's `hosts` if it should be")
        }
        request.attachment = attachment
        request.attachmentHosts = allowance.attachmentHosts
        return request
    }

    private static func invalid(_ reason: String) -> HTTPRefusal {
        HTTPRefusal(status: Int32(PB_INVALID), line: "A request of the connector is malformed: \(reason).")
    }

    private static func denied(_ reason: String) -> HTTPRefusal {
        HTTPRefusal(status: Int32(PB_DENIED), line: "A request of the connector was refused: \(reason).")
    }

    /// Bytes of an answer's body.
    private static let largestBody = 32 << 20

    /// Up to the call's deadline.
    private static func timeout(_ wanted: UInt64, _ allowance: CallAllowance) -> Int64 {
        let left = max(1, allowance.deadline &- MonotonicClock.now)
        return wanted == 0 ? left : min(Int64(clamping: wanted), left)
    }

    /// Lines of `Name: value\n`; the client judges names and values.
    private static func headers(_ text: String) throws(HTTPRefusal) -> [HTTPField] {
        var fields: [HTTPField] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                throw invalid("a header line has no colon")
            }
            let value = line[line.index(after: colon)...].drop { $0 == 0x20 || $0 == 0x09 }
            fields.append(
                HTTPField(
                    name: String(decoding: line[..<colon], as: UTF8.self), value: String(decoding: value, as: UTF8.self)
                ))
        }
        return fields
    }
}
