/// An answer. Every status is an answer, also 400 and above.
package struct OutboundResponse: Sendable {
    package var status: Int
    /// Names in lower case, in the order they came, of the last answer when redirects were followed; the attached
    /// secret is masked where the server repeated it. `content-encoding` and `content-length` are left out when the
    /// body was decoded.
    package var headers: [HTTPField]
    /// Decoded: gzip, deflate, br and zstd are undone.
    package var body: [UInt8]
    /// The address that answered, after redirects, without the attached secret.
    package var url: String

    package init(status: Int, headers: [HTTPField], body: [UInt8], url: String) {
        self.status = status
        self.headers = headers
        self.body = body
        self.url = url
    }

    /// The first header of that name, whatever its case.
    package func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name == name }?.value
    }
}
