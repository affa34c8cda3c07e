import PatchbayCore

/// What a request must be to be sent at all. Pure: the same answer before it is queued and when somebody only asks.
struct RequestRules: Sendable {
    static let mostRedirects = 20
    static let mostHeaders = 200
    /// Bytes of all header names and values; what servers commonly take is 8 to 64 KiB.
    static let largestHeaders = 64 << 10
    static let longestMethod = 32

    /// Set by the client from the URL and the body, or a hop's own business (RFC 9110, 7.6.1): a request that sets them
    /// could reach another host than the one that was checked, or carry a second request inside.
    static let ownHeaders: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection",
        "proxy-authorization", "te", "trailer", "upgrade", "expect", "http2-settings",
    ]
    /// CONNECT would open a tunnel; TRACE would give the attached secret back to who asked.
    static let refusedMethods: Set<String> = ["CONNECT", "TRACE"]

    var policy: EgressPolicy
    var limits: OutboundLimits
    /// False when a proxy does: the addresses that are connected to are then its own.
    var resolvesNames = true

    /// The URL, when everything is in order.
    func admit(_ request: OutboundRequest) throws(OutboundError) -> OutboundURL {
        try checkMethod(request)
        try checkHeaders(request.headers)
        try checkAttachment(request.attachment)
        try checkSizes(request)
        let url: OutboundURL
        do { url = try OutboundURL(request.url) } catch {
            throw .refused(.invalidRequest, "the URL \(error)")
        }
        try checkDestination(url, of: request, sent: false)
        return url
    }

    /// Whether the request may go there: asked for its URL and for each redirect.
    func checkDestination(_ url: OutboundURL, of request: OutboundRequest, sent: Bool) throws(OutboundError) {
        guard request.allowedHosts.contains(where: { $0.matches(url) }) else {
            let declared = request.allowedHosts.map(\.description).joined(separator: ", ")
            throw OutboundError(
                code: .hostNotDeclared,
                message: (sent ? "a redirect leads to " : "")
                    + "\(url.comparableHost):\(url.port), which is not declared. "
                    + (declared.isEmpty ? "No host is." : "Declared: \(declared)"),
                mayHaveHadEffect: sent)
        }
        let refusal =
            request.tenantEgress.refusal(of: url) ?? url.address.flatMap { self.refusal(of: $0, for: request) }
        if let refusal { throw OutboundError(code: .egressDenied, message: refusal, mayHaveHadEffect: sent) }
    }

    /// Why the address that a name led to may not be connected to, or be used if somebody else's request has connected to it
    /// already.
    func refusal(ofResolved address: IPAddress, for request: OutboundRequest) -> String? {
        resolvesNames ? refusal(of: address, for: request) : nil
    }

    private func refusal(of address: IPAddress, for request: OutboundRequest) -> String? {
        policy.refusal(of: address)?.description ?? request.tenantEgress.refusal(of: address, within: policy)
    }

    private func checkMethod(_ request: OutboundRequest) throws(OutboundError) {
        let method = request.method
        guard (1...Self.longestMethod).contains(method.utf8.count), method.utf8.allSatisfy(\.isToken) else {
            throw .refused(.invalidRequest, "the method is no token of 1 to \(Self.longestMethod) characters")
        }
        guard !Self.refusedMethods.contains(method.uppercased()) else {
            throw .refused(.invalidRequest, "the method \(method) is not possible")
        }
        if method == "HEAD", !request.body.isEmpty {
            throw .refused(.invalidRequest, "a HEAD request has no body")
        }
    }

    private func checkHeaders(_ headers: [HTTPField]) throws(OutboundError) {
        guard headers.count <= Self.mostHeaders else {
            throw .refused(.invalidRequest, "there are \(headers.count) headers; \(Self.mostHeaders) is the limit")
        }
        var size = 0
        for (index, header) in headers.enumerated() {
            size += header.name.utf8.count + header.value.utf8.count
            try checkField(header.name, header.value, place: "header \(index + 1)")
        }
        guard size <= Self.largestHeaders else {
            throw .refused(.invalidRequest, "the headers hold \(size) bytes; \(Self.largestHeaders) is the limit")
        }
    }

    /// The messages give names that are tokens, and no value.
    private func checkField(_ name: String, _ value: String, place: String) throws(OutboundError) {
        guard !name.isEmpty, name.utf8.allSatisfy(\.isToken) else {
            throw .refused(
                .invalidRequest, "the name of \(place) is empty or holds a character that header names cannot hold")
        }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw .refused(.invalidRequest, "the value of the header \(name) holds a control character")
        }
        guard !Self.ownHeaders.contains(name.lowercased()) else {
            throw .refused(.invalidRequest, "the header \(name) is set by the host; leave it out")
        }
    }

    private func checkAttachment(_ attachment: SecretAttachment?) throws(OutboundError) {
        switch attachment {
        case nil, .signature: break
        case .header(let name, let value):
            try checkField(name, value.reveal(), place: "the credential's header")
        case .query(let name, let value):
            guard !name.isEmpty, !value.reveal().isEmpty else {
                throw .refused(.invalidRequest, "the credential's query parameter has no name or no value")
            }
        }
    }

    private func checkSizes(_ request: OutboundRequest) throws(OutboundError) {
        guard request.body.count <= limits.requestBody else {
            throw .refused(
                .invalidRequest, "the body holds \(request.body.count) bytes; \(limits.requestBody) is the limit")
        }
        guard request.maxBody >= 0 else { throw .refused(.invalidRequest, "maxBody is negative") }
        guard (0...Self.mostRedirects).contains(request.maxRedirects) else {
            throw .refused(.invalidRequest, "maxRedirects is not between 0 and \(Self.mostRedirects)")
        }
        guard request.timeout > 0 else {
            throw .refused(.timeout, "the time for the request was over before it began")
        }
    }
}

extension UInt8 {
    /// A character of a token (RFC 9110, 5.6.2).
    fileprivate var isToken: Bool {
        switch self {
        case 48...57, 65...90, 97...122: true  // digits and letters
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
