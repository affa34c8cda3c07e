import ConnectorSDK
import PatchbayJSON

/// How a value that Redis keeps as bytes stands in JSON. Texts are kept as they are, other values as JSON text.
enum ValueFormat: String, FieldChoice {
    /// As text.
    case text
    /// The value that the text is in JSON.
    case json
    /// In base 64.
    case base64

    static func bytes(of value: JSON) -> [UInt8] {
        if case .string(let text) = value { Array(text.utf8) } else { value.bytes() }
    }

    func value(of bytes: [UInt8]) throws(ConnectorError) -> JSON {
        switch self {
        case .text: return .string(String(decoding: bytes, as: UTF8.self))
        case .base64: return .string(Bytes(bytes).base64)
        case .json:
            do {
                return try JSON(parsing: bytes)
            } catch {
                throw ConnectorError(.upstream, "What is kept there is no JSON: \(error).", effect: .none)
            }
        }
    }

    /// Null stays null.
    func value(of reply: RESPValue) throws(ConnectorError) -> JSON {
        guard let bytes = reply.rawBytes else { return .null }
        return try value(of: bytes)
    }
}

extension RESPValue {
    /// A number that the command always answers with.
    func count(of command: String) throws(ConnectorError) -> Int {
        guard let int else { throw ConnectorError(.upstream, "Redis answered \(command) without a number.") }
        return int
    }
}
