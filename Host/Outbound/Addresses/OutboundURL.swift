import CLibCurl

/// An absolute http or https URL, read by the parser that the sending library uses itself, so that nobody can mean one
/// host to the checks and another to the connection.
struct OutboundURL: Sendable, Hashable {
    /// Bytes of the longest URL that is accepted; far above what servers take.
    static let longest = 64 << 10

    /// Normalised: scheme and host in lower case, dot segments resolved, spaces and non-ASCII characters encoded, no
    /// fragment.
    let text: String
    let scheme: String
    /// In lower case; IPv4 with four decimal numbers, IPv6 in brackets, international names as `xn--…`.
    let host: String
    let port: Int
    /// Without the question mark, as it is sent; nil when there is none.
    let query: String?

    init(_ text: String) throws(OutboundURLError) {
        try self.init(text, base: nil)
    }

    /// Reads a reference (RFC 3986, 4.1), such as a redirect's `Location`, as seen from here.
    func resolving(_ reference: String) throws(OutboundURLError) -> OutboundURL {
        try OutboundURL(reference, base: self)
    }

    /// This URL with another query.
    func replacingQuery(_ query: String?) throws(OutboundURLError) -> OutboundURL {
        let bare = text.firstIndex(of: "?").map { String(text[..<$0]) } ?? text
        return try OutboundURL(query.map { bare + "?" + $0 } ?? bare)
    }

    /// Percent-encoded as it is sent, beginning with a slash.
    var path: String {
        let rest = text.dropFirst(scheme.count + 3)
        let path = rest.drop { $0 != "/" && $0 != "?" }.prefix { $0 != "?" }
        return path.isEmpty ? "/" : String(path)
    }

    /// For messages: paths and queries may hold what is nobody's business.
    var origin: String { "\(scheme)://\(host):\(port)" }

    /// The host without a trailing dot, which means the same.
    var comparableHost: String { host.hasSuffix(".") ? String(host.dropLast()) : host }

    /// The host as an address, when it is one.
    var address: IPAddress? {
        IPAddress(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : comparableHost)
    }

    func hasSameOrigin(as other: OutboundURL) -> Bool {
        scheme == other.scheme && comparableHost == other.comparableHost && port == other.port
    }

    static func usualPort(of scheme: String) -> Int { scheme == "http" ? 80 : 443 }

    private init(_ text: String, base: OutboundURL?) throws(OutboundURLError) {
        guard text.utf8.count <= Self.longest else { throw .tooLong }
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { throw .controlCharacter }
        guard let handle = curl_url() else { throw .malformed("out of memory") }
        defer { curl_url_cleanup(handle) }
        let flags = UInt32(CURLU_URLENCODE | CURLU_ALLOW_SPACE | CURLU_NON_SUPPORT_SCHEME)
        if let base, curl_url_set(handle, CURLUPART_URL, base.text, 0) != CURLUE_OK { throw .malformed("no base") }
        let outcome = curl_url_set(handle, CURLUPART_URL, text, flags)
        guard outcome == CURLUE_OK else { throw .malformed(String(cString: curl_url_strerror(outcome))) }
        curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0)

        func part(_ part: CURLUPart, _ flags: Int32 = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, part, &value, UInt32(flags)) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        scheme = part(CURLUPART_SCHEME)?.lowercased() ?? ""
        guard scheme == "http" || scheme == "https" else { throw .scheme(scheme) }
        guard part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil else { throw .userInformation }
        guard part(CURLUPART_ZONEID) == nil else { throw .malformed("it names a network interface") }
        guard let host = part(CURLUPART_HOST)?.lowercased(), !host.isEmpty,
            host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            curl_url_set(handle, CURLUPART_HOST, host, 0) == CURLUE_OK
        else { throw .hostName }
        self.host = host
        guard Self.isNameOrAddress(host) else { throw .hostSpelling }
        guard let port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT).flatMap({ Int($0) }), (1...65535).contains(port)
        else { throw .malformed("its port is not between 1 and 65535") }
        self.port = port
        query = part(CURLUPART_QUERY)
        guard let whole = part(CURLUPART_URL) else { throw .malformed("it cannot be written") }
        self.text = whole
    }
}

extension OutboundURL {
    /// False for what is neither a name nor an address but might be read as one by somebody behind the checks, such as a
    /// proxy: `127.1.`, `256.1`, `0x7f000001.`, `a..b`. As browsers have it, what ends in a number is an address or nothing
    /// (https://url.spec.whatwg.org/#ends-in-a-number-checker).
    private static func isNameOrAddress(_ host: String) -> Bool {
        guard !host.hasPrefix("[") else { return true }
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let last = labels.last, !labels.contains(where: \.isEmpty) else { return false }
        let isDecimal = last.allSatisfy { (48...57).contains($0) }
        let isHexadecimal = last.starts(with: "0x".utf8) && last.dropFirst(2).allSatisfy { UInt8.isHexDigit($0) }
        return !(isDecimal || isHexadecimal) || IPAddress(name) != nil
    }
}

extension UInt8 {
    fileprivate static func isHexDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
    }
}

/// What is wrong with a URL; the texts continue “the URL …”.
enum OutboundURLError: Error, Equatable, CustomStringConvertible {
    case tooLong
    case controlCharacter
    case scheme(String)
    case userInformation
    case hostName
    case hostSpelling
    case malformed(String)

    var description: String {
        switch self {
        case .tooLong: "is longer than \(OutboundURL.longest) bytes"
        case .controlCharacter: "holds a control character"
        case .scheme(let scheme): "has the scheme “\(scheme)”; only http and https are possible"
        case .userInformation: "holds user information; give user name and password as a credential"
        case .hostName: "has a host name with other than ASCII characters; write it as in DNS, with xn--"
        case .hostSpelling:
            "has a host that is neither a name nor an address; write addresses with four decimal numbers, or in brackets"
        case .malformed(let why): "cannot be read: \(why)"
        }
    }
}
