import PatchbayCore

/// A request on its way through redirects: what the next hop sends, and where an answer leads. Pure.
struct Journey: Sendable {
    let request: OutboundRequest
    private let rules: RequestRules
    private(set) var method: String
    /// Where the request is now, without the attachment.
    private(set) var url: OutboundURL
    private(set) var headers: [HTTPField]
    private(set) var body: [UInt8]
    private(set) var redirects = 0
    /// Once a hop was encrypted, the attachment goes along only encrypted.
    private var wasEncrypted: Bool

    init(_ request: OutboundRequest, rules: RequestRules) throws(OutboundError) {
        self.request = request
        self.rules = rules
        url = try rules.admit(request)
        method = request.method
        headers = request.headers
        body = request.body
        wasEncrypted = url.scheme == "https"
        try setURL(url)
    }

    /// What the server is asked for, attachment included: only for the connection, never for people.
    var wireURL: String {
        guard attaches, case .query(let name, let value) = request.attachment else { return url.text }
        let item = PercentEncoding.encode(name) + "=" + PercentEncoding.encode(value.reveal())
        return url.text + (url.text.contains("?") ? "&" : "?") + item
    }

    /// The headers that are sent, attachment included.
    var wireHeaders: [HTTPField] {
        guard attaches else { return headers }
        let added: [HTTPField]
        switch request.attachment {
        case .header(let name, let value): added = [HTTPField(name: name, value: value.reveal())]
        case .signature(let signer): added = signer.headers(signing: signable)
        case .query, nil: return headers
        }
        let names = Set(added.map { $0.name.lowercased() })
        return headers.filter { !names.contains($0.name.lowercased()) } + added
    }

    /// What goes out, for a signature.
    private var signable: SignableRequest {
        let isUsual = url.port == OutboundURL.usualPort(of: url.scheme)
        return SignableRequest(
            method: method, host: isUsual ? url.host : "\(url.host):\(url.port)", path: url.path,
            query: url.query ?? "",
            headers: headers, body: body)
    }

    /// Whether an answer with this status is followed rather than given back.
    func follows(_ status: Int) -> Bool {
        request.maxRedirects > 0 && [301, 302, 303, 307, 308].contains(status)
    }

    /// Goes where a redirect leads (RFC 9110, 15.4).
    mutating func follow(_ status: Int, to location: String) throws(OutboundError) {
        guard redirects < request.maxRedirects else {
            throw OutboundError(
                code: .tooManyRedirects,
                message: "more than \(request.maxRedirects) redirects; the last one came from \(url.origin)",
                mayHaveHadEffect: true)
        }
        let target: OutboundURL
        do { target = try url.resolving(location) } catch {
            throw OutboundError(
                code: .protocolError, message: "the URL of a redirect from \(url.origin) \(error)",
                mayHaveHadEffect: true)
        }
        try rules.checkDestination(target, of: request, sent: true)
        redirects += 1
        if status == 303 && method != "HEAD" || (301...302).contains(status) && method == "POST" {
            method = "GET"
            body = []
            headers.removeAll { $0.name.lowercased().hasPrefix("content-") }
        }
        if !target.hasSameOrigin(as: url) {
            headers.removeAll { ["authorization", "cookie"].contains($0.name.lowercased()) }
        }
        wasEncrypted = wasEncrypted || target.scheme == "https"
        try setURL(target)
    }

    private var attaches: Bool {
        guard request.attachment != nil, !wasEncrypted || url.scheme == "https" else { return false }
        return request.attachmentHosts.contains { $0.matches(url) }
    }

    /// Takes a URL without what the attachment adds: a parameter of its name, and on hosts that may not have it, one
    /// that a redirect carries on.
    private mutating func setURL(_ target: OutboundURL) throws(OutboundError) {
        url = target
        guard case .query(let name, let value) = request.attachment, let query = target.query else { return }
        let kept = query.split(separator: "&", omittingEmptySubsequences: false).filter { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard PercentEncoding.decode(parts[0]) == name else { return true }
            return !attaches && (parts.count < 2 || PercentEncoding.decode(parts[1]) != value.reveal())
        }
        guard kept.count != query.split(separator: "&", omittingEmptySubsequences: false).count else { return }
        do { url = try target.replacingQuery(kept.isEmpty ? nil : kept.joined(separator: "&")) } catch {
            throw OutboundError(
                code: .invalidRequest, message: "the URL \(error)", mayHaveHadEffect: redirects > 0)
        }
    }
}
