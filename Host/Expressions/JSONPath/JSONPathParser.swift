import PatchbayJSON

/// Reads a query by the grammar of RFC 9535, appendix A.
struct JSONPathParser {
    let bytes: [UInt8]
    var position = 0
    private(set) var nesting = 0

    init(_ source: String) throws(JSONPathError) {
        guard source.utf8.count <= JSONPathLimits.source else {
            throw JSONPathError(
                .syntax, "the query has \(source.utf8.count) bytes, at most \(JSONPathLimits.source) are taken", at: 0)
        }
        bytes = Array(source.utf8)
    }

    mutating func wholeQuery() throws(JSONPathError) -> JSONPathQuery {
        guard next(is: "$") else { throw expected("\"$\", which begins every query") }
        let query = try query(isAbsolute: true)
        guard position == bytes.count else { throw expected("\".\", \"[\" or the end") }
        return query
    }

    /// The segments of a query whose `$` or `@` is read already.
    mutating func query(isAbsolute: Bool) throws(JSONPathError) -> JSONPathQuery {
        var query = JSONPathQuery(isAbsolute: isAbsolute)
        while true {
            let end = position
            skipSpace()
            guard let segment = try segment() else {
                position = end
                return query
            }
            query.segments.append(segment)
        }
    }

    private mutating func segment() throws(JSONPathError) -> JSONPathQuery.Segment? {
        if peek() == UInt8(ascii: "[") { return .init(selectors: try bracketed()) }
        guard next(is: ".") else { return nil }
        let isDescendant = next(is: ".")
        if isDescendant, peek() == UInt8(ascii: "[") {
            return .init(isDescendant: true, selectors: try bracketed())
        }
        if next(is: "*") { return .init(isDescendant: isDescendant, selectors: [.wildcard]) }
        guard let name = try shorthandName() else {
            throw expected(isDescendant ? "a name, \"*\" or \"[\"" : "a name or \"*\"")
        }
        return .init(isDescendant: isDescendant, selectors: [.name(name)])
    }

    private mutating func shorthandName() throws(JSONPathError) -> String? {
        let start = position
        while let byte = peek(), byte.isNameByte || position > start && byte.isDigit { position += 1 }
        return position == start ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func bracketed() throws(JSONPathError) -> [JSONPathQuery.Selector] {
        position += 1
        var selectors: [JSONPathQuery.Selector] = []
        repeat {
            skipSpace()
            selectors.append(try selector())
            skipSpace()
        } while next(is: ",")
        guard next(is: "]") else { throw expected("\",\" or \"]\"") }
        return selectors
    }

    private mutating func selector() throws(JSONPathError) -> JSONPathQuery.Selector {
        switch peek() {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .name(try string())
        case UInt8(ascii: "*"):
            position += 1
            return .wildcard
        case UInt8(ascii: "?"):
            position += 1
            skipSpace()
            return .filter(try nested { parser throws(JSONPathError) in try parser.condition() })
        case let byte? where byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":"):
            return try indexOrSlice()
        default: throw expected("a name in quotes, an index, a slice, \"*\" or a filter")
        }
    }

    private mutating func indexOrSlice() throws(JSONPathError) -> JSONPathQuery.Selector {
        let start = try optionalInteger()
        let end = position
        skipSpace()
        guard next(is: ":") else {
            position = end
            guard let start else { throw expected("a number") }
            return .index(start)
        }
        skipSpace()
        let stop = try optionalInteger()
        skipSpace()
        guard next(is: ":") else { return .slice(start: start, end: stop, step: 1) }
        skipSpace()
        return .slice(start: start, end: stop, step: try optionalInteger() ?? 1)
    }

    private mutating func optionalInteger() throws(JSONPathError) -> Int? {
        guard let first = peek(), first.isDigit || first == UInt8(ascii: "-") else { return nil }
        let start = position
        let isNegative = next(is: "-")
        let digits = position
        var value = 0
        while let byte = peek(), byte.isDigit {
            value = min(value * 10 + Int(byte - UInt8(ascii: "0")), 1 << 54)
            position += 1
        }
        let count = position - digits
        guard count > 0 else { throw expected("a digit") }
        guard bytes[digits] != UInt8(ascii: "0") || count == 1 && !isNegative else {
            throw JSONPathError(.syntax, "an index has no leading zeros and no \"-0\"", at: start)
        }
        // What every JSON implementation can count exactly (RFC 7493, 2.2).
        guard value < 1 << 53 else {
            throw JSONPathError(.syntax, "an index is between -(2^53)+1 and (2^53)-1", at: start)
        }
        return isNegative ? -value : value
    }

    // MARK: Reading

    mutating func nested<Answer>(
        _ body: (inout JSONPathParser) throws(JSONPathError) -> Answer
    ) throws(JSONPathError) -> Answer {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= JSONPathLimits.nesting else {
            throw JSONPathError(
                .syntax, "filters and parentheses are nested deeper than \(JSONPathLimits.nesting)", at: position)
        }
        return try body(&self)
    }

    func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    mutating func next(is letter: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: letter) else { return false }
        position += 1
        return true
    }

    mutating func next(are text: StaticString) -> Bool {
        let word = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes[position...].starts(with: word) else { return false }
        position += word.count
        return true
    }

    mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    func expected(_ what: String) -> JSONPathError {
        JSONPathError(.syntax, "found \(found), expected \(what)", at: position)
    }

    /// What stands here, in a message.
    private var found: String {
        guard position < bytes.count else { return "the end" }
        let rest = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
        guard let scalar = rest.unicodeScalars.first else { return "the end" }
        if scalar.value < 0x20 || scalar.value == 0x7F { return "the control character \(scalar.value)" }
        return scalar == " " ? "a space" : "\"\(scalar)\""
    }
}

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9") }

    /// A letter, `_`, or part of a letter beyond ASCII.
    var isNameByte: Bool {
        self >= 0x80 || self == UInt8(ascii: "_")
            || UInt8(ascii: "a") <= self | 0x20 && self | 0x20 <= UInt8(ascii: "z")
    }
}
