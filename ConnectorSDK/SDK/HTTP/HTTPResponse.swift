public import PatchbayJSON

/// An answer. Statuses of 400 and above are answers too.
public struct HTTPResponse: Sendable {
    public var status: Int
    /// Names in lower case, in the order they came.
    public var headers: [(name: String, value: String)]
    /// Decoded: compression is undone.
    public var body: [UInt8]
    /// The address that answered, after redirects.
    public var url: String

    public init(status: Int, headers: [(name: String, value: String)], body: [UInt8], url: String) {
        self.status = status
        self.headers = headers
        self.body = body
        self.url = url
    }

    /// 200 to 299.
    public var isSuccess: Bool { (200..<300).contains(status) }

    /// The first header of this name, in whatever case.
    public func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name == name }?.value
    }

    /// The body as text; what is no UTF-8 is replaced.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON. Throws `ConnectorError` of code `upstream` that shows the beginning of what came instead.
    public func json() throws(ConnectorError) -> JSON {
        do {
            return try JSON(parsing: body)
        } catch {
            let beginning = String(text.prefix(200))
            throw ConnectorError(
                .upstream, "The server's answer (status \(status)) is not JSON: \(error.description)",
                httpStatus: status, detail: ["body": .string(beginning)])
        }
    }
}
