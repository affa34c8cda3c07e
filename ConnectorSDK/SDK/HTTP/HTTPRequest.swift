public import PatchbayJSON

/// A request, as the host is asked to make it.
public struct HTTPRequest: Sendable {
    public enum Method: String, Sendable, FieldChoice {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case head = "HEAD"
        case options = "OPTIONS"

        /// Whether it only asks (RFC 9110 §9.2.1): a failure of such a request has changed nothing.
        public var isSafe: Bool { self == .get || self == .head || self == .options }
    }

    /// What is sent; each sets `Content-Type` unless the headers have one.
    public enum Body: Sendable {
        case none
        /// `application/json`
        case json(JSON)
        /// `application/x-www-form-urlencoded`
        case form([(String, String)])
        /// `text/plain; charset=utf-8`
        case text(String)
        case bytes([UInt8], contentType: String = "application/octet-stream")
    }

    public var method: Method
    /// Absolute, `http` or `https`.
    public var url: String
    /// Added to the URL's query, percent-encoded. Those without a value are left out.
    public var query: [(String, String?)]
    public var headers: [(String, String)]
    public var body: Body
    /// How many redirects the host follows; it checks each.
    public var redirects: Int
    /// Up to the call's deadline when nil.
    public var timeout: Duration?
    /// Whether the call's credential is attached.
    public var isAuthenticated: Bool

    public init(
        _ method: Method, _ url: String, query: [(String, String?)] = [], headers: [(String, String)] = [],
        body: Body = .none, redirects: Int = 0, timeout: Duration? = nil, isAuthenticated: Bool = true
    ) {
        self.method = method
        self.url = url
        self.query = query
        self.headers = headers
        self.body = body
        self.redirects = redirects
        self.timeout = timeout
        self.isAuthenticated = isAuthenticated
    }
}

/// A request with everything spelled out, as it passes the border.
package struct PreparedRequest: Sendable {
    package var method: String
    package var url: String
    /// Lines of `Name: value\n`.
    package var headers: String
    package var body: [UInt8]
    /// Name of the slot; empty for none.
    package var credential: String
    package var redirects: Int
    /// Milliseconds; 0 up to the deadline.
    package var timeout: Int64
}

extension HTTPRequest {
    func prepared(credential: String) throws(ConnectorError) -> PreparedRequest {
        var headers = headers
        let (contentType, bytes) = encodedBody
        if let contentType, !headers.contains(where: { $0.0.lowercased() == "content-type" }) {
            headers.append(("Content-Type", contentType))
        }
        var lines = ""
        for (name, value) in headers {
            let isSound =
                !name.isEmpty && (name + value).unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
            guard isSound, !name.contains(":") else {
                throw ConnectorError(
                    .invalidInput, "The header `\(name)` has a character that headers cannot have.", effect: .none)
            }
            lines += "\(name): \(value)\n"
        }
        return PreparedRequest(
            method: method.rawValue, url: Self.url(url, query: query), headers: lines, body: bytes,
            credential: isAuthenticated ? credential : "", redirects: redirects,
            timeout: timeout.map(\.milliseconds) ?? 0)
    }

    private var encodedBody: (contentType: String?, bytes: [UInt8]) {
        switch body {
        case .none: (nil, [])
        case .json(let json): ("application/json", json.bytes())
        case .form(let pairs): ("application/x-www-form-urlencoded", Array(formEncoded(pairs).utf8))
        case .text(let text): ("text/plain; charset=utf-8", Array(text.utf8))
        case .bytes(let bytes, let contentType): (contentType, bytes)
        }
    }

    /// The URL with parameters added to its query, before its fragment.
    private static func url(_ url: String, query: [(String, String?)]) -> String {
        let pairs = query.compactMap { name, value in value.map { "\(percentEncoded(name))=\(percentEncoded($0))" } }
        guard !pairs.isEmpty else { return url }
        let base = url.prefix { $0 != "#" }
        let separator = !base.contains("?") ? "?" : base.hasSuffix("?") || base.hasSuffix("&") ? "" : "&"
        return base + separator + pairs.joined(separator: "&")
    }
}

/// `application/x-www-form-urlencoded` (https://url.spec.whatwg.org/#urlencoded-serializing), with `%20` for spaces.
func formEncoded(_ pairs: [(String, String)]) -> String {
    pairs.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
}

/// Percent-encodes everything but RFC 3986's unreserved characters: for path segments, query names and values.
public func percentEncoded(_ text: String) -> String {
    let hexadecimal = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
        default: result += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
        }
    }
    return String(decoding: result, as: UTF8.self)
}

/// An address below a base: `try address(below: "https://api.example.com/v3", "repos", owner, name)`.
///
/// Segments are percent-encoded, so that a slash in one does not begin another. Empty ones, `.` and `..`, which would make
/// it a different path, are refused with code `invalidInput`. A slash at the base's end makes no difference.
public func address(below base: String, _ segments: String...) throws(ConnectorError) -> String {
    var address = base
    while address.hasSuffix("/") { address.removeLast() }
    for segment in segments {
        guard !segment.isEmpty, segment != ".", segment != ".." else {
            throw ConnectorError(
                .invalidInput, "`\(segment)` cannot be a part of an address; the input needs a name or an id there.",
                effect: .none)
        }
        address += "/" + percentEncoded(segment)
    }
    return address
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
