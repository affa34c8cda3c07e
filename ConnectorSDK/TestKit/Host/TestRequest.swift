import ConnectorReplay
package import ConnectorSDK
public import PatchbayJSON

/// A request that a connector made of a `TestHost`.
public struct TestRequest: Sendable {
    public var method: String
    /// Absolute, with its query.
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// The slot whose credential the host would attach; empty for none.
    public var credential: String

    package init(_ prepared: PreparedRequest) {
        method = prepared.method
        url = prepared.url
        headers = prepared.headers.split(separator: "\n").map { line in
            let name = line.prefix { $0 != ":" }
            return (String(name), String(line.dropFirst(name.count + 1).drop { $0 == " " }))
        }
        body = prepared.body
        credential = prepared.credential
    }

    /// The first header of this name, in whatever case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as JSON; null when it is none.
    public var json: JSON { (try? JSON(parsing: body)) ?? .null }

    public var text: String { String(decoding: body, as: UTF8.self) }

    /// `/orders/7`: the address without scheme, host and query.
    public var path: String {
        let rest = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = rest.firstRange(of: "://") else { return String(rest) }
        return String(rest[scheme.upperBound...].drop { $0 != "/" })
    }

    var exchange: Exchange.Request {
        Exchange.Request(
            method, url, headers: headers.map { Exchange.Header($0.name, $0.value) }, body: body,
            credential: credential)
    }
}
