import PatchbayCore

/// Gathers what could stand at a cursor.
struct CompletionWriter {
    private(set) var items: [CompletionItem] = []
    let names: KnownNames
    private let place: CursorPlace
    private let source: [UInt8]
    private let row: TokenRow
    private var parts: PartTypes

    init(_ place: CursorPlace, in source: [UInt8], names: KnownNames, limits: ExpressionLimits) {
        self.place = place
        self.source = source
        self.names = names
        row = TokenRow(place.tokens)
        parts = PartTypes(names: names, limits: limits)
    }

    mutating func write() {
        parts.enter(row, in: source)
        let last = row.tokens.count - 1
        if let quote = place.quote {
            if row.isSymbol(.openBracket, at: last), row.endsValue(at: last - 1) { writeKeys(of: last - 1, in: quote) }
        } else if row.isSymbol(.dot, at: last), row.endsValue(at: last - 1) {
            writeMembers(of: last - 1)
        } else if row.isSymbol(.question, at: last), row.isSymbol(.dot, at: last - 1), row.endsValue(at: last - 2) {
            writeFields(of: parts.type(of: value(endingAt: last - 2)))
        } else if row.endsValue(at: last) {
            add(CompletionItem("in", .keyword, type: .bool, about: "Whether a list has an element, or a map a key."))
        } else {
            writeRoots()
        }
    }

    mutating func add(_ item: CompletionItem) { items.append(item) }

    private func value(endingAt last: Int) -> Expression? {
        row.start(ofValueEndingAt: last).flatMap { parts.expression(source[row.range($0, through: last)]) }
    }

    /// What stands behind the word that is completed.
    var next: UInt8? { place.typed.upperBound < source.count ? source[place.typed.upperBound] : nil }

    // MARK: Behind a dot and in brackets

    private mutating func writeMembers(of last: Int) {
        let base = value(endingAt: last)
        if let path = parts.path(of: base) {
            if let members = members(of: path) {
                for member in members { add(member.item(next: next)) }
                return
            }
            writeFunctions(in: path.joined(separator: ".") + ".")
            if !items.isEmpty { return }
        }
        let type = parts.type(of: base)
        writeFields(of: type)
        writeFunctions(of: type)
    }

    private mutating func writeFields(of type: ValueType) {
        for (name, type) in type.fields {
            add(CompletionItem(name, .field, type: type, insert: name.isWord ? nil : "`\(name)`"))
        }
    }

    private mutating func writeKeys(of last: Int, in quote: (byte: UInt8, isClosed: Bool)) {
        let base = value(endingAt: last)
        let found =
            parts.path(of: base).flatMap { members(of: $0, takesTitles: $0 == ["$node"]) }
            ?? parts.type(of: base).fields.map { WorkflowMember($0.name, .field, type: $0.type) }
        let mark = String(UnicodeScalar(quote.byte))
        for member in found {
            let key = member.name.replacing("\\", with: "\\\\").replacing(mark, with: "\\" + mark)
            let closing = quote.isClosed ? "" : mark + (next == UInt8(ascii: "]") ? "" : "]")
            add(CompletionItem(member.name, member.kind, type: member.type, insert: key + closing))
        }
    }

    // MARK: Beginnings

    private mutating func writeRoots() {
        var hidden: Set<String> = []
        for local in parts.locals.reversed() where hidden.insert(local.name).inserted {
            add(CompletionItem(local.name, .name, type: local.type, about: "The variable of this macro."))
        }
        for root in roots where !parts.isLocal(root.label) { add(root) }
        writeFunctions(in: "")
        for keyword in ["true", "false", "null"] { add(CompletionItem(keyword, .keyword)) }
    }
}

extension String {
    /// Whether it can stand behind a dot as it is.
    var isWord: Bool {
        guard let first = utf8.first, Lexer.isLetter(first), !["in", "true", "false", "null"].contains(self) else {
            return false
        }
        return utf8.allSatisfy { Lexer.isLetter($0) || Lexer.isDigit($0) }
    }
}

extension ValueType {
    /// The members that are known, by name. Those of an optional are optional.
    var fields: [(name: String, type: ValueType)] {
        switch self {
        case .object(let object):
            object.members.map { ($0.key, $0.value.type) }.sorted { $0.0 < $1.0 }
        case .wrapper(let inner): inner.fields
        case .optional(let inner): inner.fields.map { ($0.name, .optional($0.type)) }
        default: []
        }
    }
}
