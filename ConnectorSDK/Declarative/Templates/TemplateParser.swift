import PatchbayJSON

/// Reads templates; `ConnectorSDK/Docs/declarative.md` has the grammar.
struct TemplateParser {
    private let bytes: [UInt8]
    private var position = 0

    /// Operands, filters, arguments, and steps of a path: more than that is a mistake.
    private static let most = 32

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func template() throws(TemplateError) -> [Template.Part] {
        var parts: [Template.Part] = []
        var start = 0
        while position < bytes.count {
            guard looks(at: "{{") else {
                position += 1
                continue
            }
            if start < position { parts.append(.text(text(start..<position))) }
            position += 2
            parts.append(.expression(try expression()))
            start = position
        }
        if start < position { parts.append(.text(text(start..<position))) }
        return parts
    }

    private mutating func expression() throws(TemplateError) -> Expression {
        var operands = [try operand()]
        while skip("??") {
            operands.append(try operand())
            guard operands.count <= Self.most else { throw failure("has more than \(Self.most) alternatives") }
        }
        var filters: [Expression.Filter] = []
        while skip("|") {
            filters.append(try filter())
            guard filters.count <= Self.most else { throw failure("has more than \(Self.most) filters") }
        }
        guard skip("}}") else { throw failure("needs `}}`, `??` or `|` here") }
        return Expression(operands: operands, filters: filters)
    }

    private mutating func operand() throws(TemplateError) -> Expression.Operand {
        skipSpace()
        if let literal = try literal() { return .literal(literal) }
        guard let root = name() else {
            throw failure("needs a value here, such as `input.id`, `\"text\"` or `20`")
        }
        var path = [root]
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: ".") {
                position += 1
                guard let step = name() else { throw failure("needs a name after the point") }
                path.append(step)
            } else if bytes[position] == UInt8(ascii: "[") {
                position += 1
                path.append(try index())
            } else {
                break
            }
            guard path.count <= Self.most else { throw failure("goes deeper than \(Self.most) steps") }
        }
        return .path(path)
    }

    /// What stands in brackets: a position, or a name in quotes.
    private mutating func index() throws(TemplateError) -> String {
        skipSpace()
        guard let value = try literal(), skip("]") else {
            throw failure("needs a position or a name in quotes, and `]`")
        }
        switch value {
        case .string(let name): return name
        case .int(let number) where number >= 0: return String(number)
        default: throw failure("needs a position from 0, or a name in quotes, in the brackets")
        }
    }

    private mutating func filter() throws(TemplateError) -> Expression.Filter {
        skipSpace()
        let start = position
        guard let word = name() else { throw failure("needs a filter's name after `|`") }
        guard let kind = FilterKind(rawValue: word) else {
            position = start
            let known = FilterKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure("knows no filter `\(word.prefix(40))`; there are \(known)")
        }
        var arguments: [JSON] = []
        if skip("(") {
            repeat {
                skipSpace()
                guard let value = try literal() else {
                    throw failure("needs a text in quotes or a number as the argument of `\(word)`")
                }
                arguments.append(value)
            } while arguments.count < Self.most && skip(",")
            guard skip(")") else { throw failure("needs `)` after the arguments of `\(word)`") }
        }
        guard arguments.count == kind.argumentCount else {
            throw failure("gives `\(word)` \(arguments.count) arguments; it takes \(kind.argumentCount)")
        }
        return Expression.Filter(kind: kind, arguments: arguments)
    }

    /// A text in either kind of quotes, a number, `true`, `false` or `null`; nil, and nothing read, for anything else.
    private mutating func literal() throws(TemplateError) -> JSON? {
        guard position < bytes.count else { return .none }
        let first = bytes[position]
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return .string(try quoted(by: first)) }
        let start = position
        while position < bytes.count, Self.isLiteral(bytes[position]) { position += 1 }
        let word = text(start..<position)
        switch word {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .some(.null)
        default: break
        }
        let isNumber = first == UInt8(ascii: "-") || (48...57).contains(first)
        if isNumber, let number = try? JSON(parsing: word) { return number }
        position = start
        return .none
    }

    private mutating func quoted(by quote: UInt8) throws(TemplateError) -> String {
        let start = position
        position += 1
        var result: [UInt8] = []
        while position < bytes.count, bytes[position] != quote {
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count {
                position += 1
                switch bytes[position] {
                case UInt8(ascii: "n"): result.append(0x0A)
                case UInt8(ascii: "t"): result.append(0x09)
                default: result.append(bytes[position])
                }
            } else {
                result.append(bytes[position])
            }
            position += 1
        }
        guard position < bytes.count else {
            position = start
            throw failure("lacks the closing quote")
        }
        position += 1
        return String(decoding: result, as: UTF8.self)
    }

    /// Letters, digits and underscores, no digit first.
    private mutating func name() -> String? {
        let start = position
        while position < bytes.count, Self.isName(bytes[position]) { position += 1 }
        guard position > start, !(48...57).contains(bytes[start]) else {
            position = start
            return nil
        }
        return text(start..<position)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 0x5F
    }

    private static func isLiteral(_ byte: UInt8) -> Bool {
        isName(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    private func looks(at word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        return (0..<count).allSatisfy { bytes[position + $0] == word.utf8Start[$0] }
    }

    /// Passes white space and the word, if it is next.
    private mutating func skip(_ word: StaticString) -> Bool {
        skipSpace()
        guard looks(at: word) else { return false }
        position += word.utf8CodeUnitCount
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func failure(_ message: String) -> TemplateError {
        let rest = text(position..<min(bytes.count, position + 24))
        return TemplateError("\(message) (at byte \(position)\(rest.isEmpty ? ", its end" : ": `\(rest)`"))")
    }
}
