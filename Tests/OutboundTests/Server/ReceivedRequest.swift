/// A request as a test's server got it.
struct ReceivedRequest: Sendable {
    var method: String
    var target: String
    /// Names as they came.
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    /// 1 for the first connection the server accepted.
    var connection: Int

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    var path: String { String(target.prefix { $0 != "?" }) }
}

/// What a test's server does with a request.
enum Answer: Sendable {
    /// A whole answer with a Content-Length.
    case reply(Int, [(String, String)] = [], body: [UInt8] = [])
    /// These bytes, then the end of the connection.
    case raw([UInt8])
    /// The end of the connection.
    case hangUp
    /// Nothing, for as long as the client waits.
    case silence

    static func text(_ text: String) -> Answer { .reply(200, body: Array(text.utf8)) }
    static func redirect(_ status: Int, to location: String) -> Answer {
        .reply(status, [("Location", location)], body: Array("moved".utf8))
    }
}
