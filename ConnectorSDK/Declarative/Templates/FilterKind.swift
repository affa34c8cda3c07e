import PatchbayJSON

/// What an expression's value may be passed through.
package enum FilterKind: String, Sendable, CaseIterable {
    /// The value as JSON text.
    case json
    /// The value that a JSON text holds.
    case parse
    /// A text, number or truth value as text.
    case text
    /// A number, also of a text that holds one.
    case number
    /// Percent-encoded but for RFC 3986's unreserved characters.
    case urlencode
    /// Percent-encoded with slashes left as they are, for a path of several segments.
    case path
    /// RFC 4648 §4, of a text's UTF-8.
    case base64
    case lower, upper, trim
    /// The elements of an array as one text, with the argument between them.
    case join
    /// The pieces of a text between each occurrence of the argument.
    case split
    case first, last
    /// Characters of a text (Unicode scalars), elements of an array, members of an object.
    case length
    /// That member of each element that has it.
    case pluck

    var argumentCount: Int {
        switch self {
        case .join, .split, .pluck: 1
        default: 0
        }
    }
}

extension Expression.Filter {
    /// Throws what is wrong with the value.
    func apply(to value: JSON) throws(TemplateError) -> JSON? {
        switch kind {
        case .json: return .string(value.text)
        case .parse:
            let text = try needText(value)
            guard let parsed = try? JSON(parsing: text) else { throw TemplateError("is a text without JSON in it") }
            return parsed
        case .text: return .string(try scalar(value))
        case .number: return try number(value)
        case .urlencode: return .string(percentEncoded(try scalar(value)))
        case .path: return .string(percentEncoded(try scalar(value), keeping: UInt8(ascii: "/")))
        case .base64: return .string(base64(Array(try scalar(value).utf8)))
        case .lower: return .string(try needText(value).lowercased())
        case .upper: return .string(try needText(value).uppercased())
        case .trim: return .string(trimmed(try needText(value)))
        case .join:
            var pieces: [String] = []
            for element in try needArray(value) { pieces.append(try scalar(element)) }
            return .string(pieces.joined(separator: arguments[0].string ?? arguments[0].text))
        case .split:
            guard let separator = arguments[0].string, !separator.isEmpty else {
                throw TemplateError("cannot be split by nothing")
            }
            return .array(pieces(of: try needText(value), between: separator))
        case .first: return try needArray(value).first
        case .last: return try needArray(value).last
        case .length: return try length(value)
        case .pluck:
            let name = arguments[0].string ?? arguments[0].text
            return .array(try needArray(value).compactMap { $0[name] })
        }
    }

    private func needText(_ value: JSON) throws(TemplateError) -> String {
        guard let text = value.string else { throw TemplateError("is of type \(value.kind), `\(kind)` needs a text") }
        return text
    }

    private func needArray(_ value: JSON) throws(TemplateError) -> [JSON] {
        guard let array = value.array else { throw TemplateError("is of type \(value.kind), `\(kind)` needs an array") }
        return array
    }

    private func scalar(_ value: JSON) throws(TemplateError) -> String {
        guard let text = value.scalarText else {
            throw TemplateError("is of type \(value.kind), `\(kind)` needs a text, a number or a truth value")
        }
        return text
    }

    private func number(_ value: JSON) throws(TemplateError) -> JSON {
        if value.double != nil { return value }
        guard let text = value.string, let parsed = try? JSON(parsing: trimmed(text)), parsed.double != nil else {
            throw TemplateError("is no number")
        }
        return parsed
    }

    private func length(_ value: JSON) throws(TemplateError) -> JSON {
        switch value {
        case .string(let text): return .int(Int64(text.unicodeScalars.count))
        case .array(let array): return .int(Int64(array.count))
        case .object(let object): return .int(Int64(object.count))
        default: throw TemplateError("is of type \(value.kind), which has no length")
        }
    }

    private func trimmed(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }

    private func pieces(of text: String, between separator: String) -> [JSON] {
        var pieces: [JSON] = []
        var rest = text[...]
        while let range = rest.firstRange(of: separator) {
            pieces.append(.string(String(rest[..<range.lowerBound])))
            rest = rest[range.upperBound...]
        }
        return pieces + [.string(String(rest))]
    }
}

extension JSON {
    /// A text as it is, numbers and truth values as JSON writes them; nil for everything else.
    package var scalarText: String? {
        switch self {
        case .string(let text): text
        case .bool, .int, .uint, .double: text
        default: nil
        }
    }
}

/// Percent-encodes everything but RFC 3986's unreserved characters, and one more.
package func percentEncoded(_ text: String, keeping kept: UInt8? = nil) -> String {
    let hexadecimal = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
        case let other where other == kept: result.append(other)
        default: result += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
        }
    }
    return String(decoding: result, as: UTF8.self)
}

/// RFC 4648 §4, with padding.
package func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
        for position in 0..<4 {
            let digit = digits[Int(bits >> UInt32(18 - 6 * position) & 63)]
            text.append(position <= group.count ? digit : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}
