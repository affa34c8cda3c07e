/// A value of a response (RFC 3501 §4).
enum IMAPValue: Equatable {
    case atom(String)
    case string([UInt8])
    indirect case list([IMAPValue])

    var word: String? { if case .atom(let word) = self { word } else { nil } }
    var number: Int? { word.flatMap { Int($0) } }

    var bytes: [UInt8]? {
        switch self {
        case .string(let bytes): bytes
        case .atom, .list: nil
        }
    }
}

/// Reads the values of a response.
struct IMAPScanner {
    /// Lists in lists.
    private static let deepest = 20

    private let parts: [IMAPResponse.Part]
    private var part = 0
    private var position = 0

    init(_ parts: [IMAPResponse.Part]) { self.parts = parts }

    /// All of them; nil when they are not well formed.
    mutating func values() -> [IMAPValue]? { values(inList: false, depth: 0) }

    private mutating func values(inList: Bool, depth: Int) -> [IMAPValue]? {
        guard depth < Self.deepest else { return nil }
        var values: [IMAPValue] = []
        while part < parts.count {
            guard case .text(let text) = parts[part] else {
                if case .literal(let bytes) = parts[part] { values.append(.string(bytes)) }
                (part, position) = (part + 1, 0)
                continue
            }
            guard position < text.count else {
                (part, position) = (part + 1, 0)
                continue
            }
            switch text[position] {
            case UInt8(ascii: " "): position += 1
            case UInt8(ascii: "("):
                position += 1
                guard let list = self.values(inList: true, depth: depth + 1) else { return nil }
                values.append(.list(list))
            case UInt8(ascii: ")"):
                position += 1
                return inList ? values : nil
            case UInt8(ascii: "\""):
                guard let string = quoted(text) else { return nil }
                values.append(.string(string))
            default: values.append(.atom(atom(text)))
            }
        }
        return inList ? nil : values
    }

    private mutating func quoted(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        position += 1
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\""):
                position += 1
                return bytes
            case UInt8(ascii: "\\") where position + 1 < text.count:
                bytes.append(text[position + 1])
                position += 2
            default:
                bytes.append(text[position])
                position += 1
            }
        }
        return nil
    }

    /// With what stands in its brackets, whatever that is: `BODY[HEADER.FIELDS (DATE)]`.
    private mutating func atom(_ text: [UInt8]) -> String {
        let start = position
        var isInBrackets = false
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "[") { isInBrackets = true }
            if byte == UInt8(ascii: "]") { isInBrackets = false }
            if !isInBrackets, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") {
                break
            }
            position += 1
        }
        return String(decoding: text[start..<position], as: UTF8.self)
    }
}
