/// What is verified: a delivery as it came.
package struct SignedDelivery: Sendable {
    /// Names in lower case.
    package let headers: [String: String]
    package let body: [UInt8]
    /// Where the sender believes to have sent it, with its query.
    package let url: String

    /// The names of the headers may be of any case.
    package init(headers: [String: String], body: [UInt8], url: String = "") {
        let isLower = headers.keys.allSatisfy { !$0.utf8.contains { (0x41...0x5A).contains($0) } }
        self.headers =
            isLower
            ? headers
            : Dictionary(headers.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        self.body = body
        self.url = url
    }

    /// What stands in a header that has to be there. The name is in lower case.
    func header(_ name: String) throws(WebhookRefusal) -> String {
        guard let value = headers[name] else { throw .missingHeader(name) }
        return value
    }
}
