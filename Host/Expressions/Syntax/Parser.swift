import PatchbayCore

/// Reads one expression of CEL's grammar (https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax) by
/// binding powers, and stops behind it.
struct Parser {
    private var lexer: Lexer
    /// The token that comes next.
    private(set) var token: Token
    private var level = 0
    private let limits: ExpressionLimits

    /// Words that can be no name. The keywords can be no member either.
    private static let keywords: Set = ["in", "true", "false", "null"]
    private static let reserved: Set = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]

    init(_ source: [UInt8], from position: Int, limits: ExpressionLimits) throws(Fault) {
        lexer = Lexer(source, from: position)
        token = try lexer.next()
        self.limits = limits
    }

    mutating func expression() throws(Fault) -> Expression { try expression(power: 0) }

    // MARK: Operators

    private enum Infix {
        case conditional, or, and
        case binary(BinaryOperator)

        var power: Int {
            switch self {
            case .conditional: 1
            case .or: 2
            case .and: 3
            case .binary(.add), .binary(.subtract): 5
            case .binary(.multiply), .binary(.divide), .binary(.modulo): 6
            case .binary: 4
            }
        }

        init?(_ kind: Token.Kind) {
            switch kind {
            case .symbol(.question): self = .conditional
            case .symbol(.or): self = .or
            case .symbol(.and): self = .and
            case .symbol(let symbol):
                guard let binary = BinaryOperator(rawValue: symbol.rawValue) else { return nil }
                self = .binary(binary)
            case .identifier("in"): self = .binary(.in)
            default: return nil
            }
        }
    }

    /// An expression whose operators bind at least as strongly as `power`.
    private mutating func expression(power: Int) throws(Fault) -> Expression {
        try enter()
        defer { level -= 1 }
        var left = try prefix()
        while let infix = Infix(token.kind), infix.power >= power {
            switch infix {
            case .conditional: left = try conditional(left)
            case .or: left = try chain(from: left, infix) { .any($0) }
            case .and: left = try chain(from: left, infix) { .all($0) }
            case .binary(let symbol):
                try advance()
                let right = try expression(power: infix.power + 1)
                left = try node(.binary(symbol, left, right), left.range.lowerBound, [left, right])
            }
        }
        return left
    }

    private mutating func conditional(_ condition: Expression) throws(Fault) -> Expression {
        try advance()
        let yes = try expression(power: 2)
        try expect(.colon, "between the two values of ?:")
        let no = try expression(power: 1)
        return try node(.conditional(condition, yes, no), condition.range.lowerBound, [condition, yes, no])
    }

    private mutating func chain(
        from first: Expression, _ infix: Infix, _ make: ([Expression]) -> Expression.Node
    ) throws(Fault) -> Expression {
        let symbol = token.kind
        var terms = [first]
        while token.kind == symbol {
            try advance()
            terms.append(try expression(power: infix.power + 1))
        }
        return try node(make(terms), first.range.lowerBound, terms)
    }

    private mutating func prefix() throws(Fault) -> Expression {
        try enter()
        defer { level -= 1 }
        let start = token.range.lowerBound
        switch token.kind {
        case .symbol(.not):
            try advance()
            let operand = try prefix()
            return try node(.not(operand), start, [operand])
        case .symbol(.minus):
            try advance()
            // The sign belongs to the number, or the least integer could not be written.
            switch token.kind {
            case .int(let magnitude):
                guard magnitude <= Int64.min.magnitude else { throw tooLarge(magnitude) }
                return try literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude)), from: start)
            case .double(let number): return try literal(.double(-number), from: start)
            default: break
            }
            let operand = try prefix()
            return try node(.negate(operand), start, [operand])
        default:
            return try members(of: try primary())
        }
    }

    // MARK: Members

    private mutating func members(of first: Expression) throws(Fault) -> Expression {
        var base = first
        let start = first.range.lowerBound
        while true {
            switch token.kind {
            case .symbol(.dot):
                try advance()
                let name = try memberName()
                if token.kind == .symbol(.openParenthesis) {
                    let arguments = try arguments()
                    base = try node(.receiverCall(base, name, arguments), start, [base] + arguments)
                } else {
                    base = try node(.select(base, name), start, [base])
                }
            case .symbol(.openBracket):
                try advance()
                let index = try expression()
                try expect(.closeBracket, "behind the index")
                base = try node(.index(base, index), start, [base, index])
            default:
                return base
            }
        }
    }

    private mutating func memberName() throws(Fault) -> String {
        guard case .identifier(let name) = token.kind else {
            throw Fault(
                .syntax, "expected a member's name behind the dot, found \(token.shown)",
                hint: "write [\"…\"] for a name that is no word", at: token.range.lowerBound)
        }
        guard !Self.keywords.contains(name) else {
            throw Fault(.syntax, "\(name.quoted) is a keyword", hint: "write [\"\(name)\"]", at: token.range.lowerBound)
        }
        try advance()
        return name
    }

    /// From the opening parenthesis to behind the closing one.
    private mutating func arguments() throws(Fault) -> [Expression] {
        try advance()
        return try elements(until: .closeParenthesis, "behind the arguments")
    }

    private mutating func elements(until close: Token.Symbol, _ place: String) throws(Fault) -> [Expression] {
        var elements: [Expression] = []
        while token.kind != .symbol(close) {
            elements.append(try expression())
            guard token.kind == .symbol(.comma) else { break }
            try advance()
            if close == .closeParenthesis, token.kind == .symbol(close) {
                throw unexpected("an argument behind the comma")
            }
        }
        try expect(close, place)
        return elements
    }

    // MARK: Primaries

    private mutating func primary() throws(Fault) -> Expression {
        let start = token.range.lowerBound
        switch token.kind {
        case .int(let number):
            guard let number = Int64(exactly: number) else { throw tooLarge(number) }
            return try literal(.int(number), from: start)
        case .uint(let number): return try literal(.uint(number), from: start)
        case .double(let number): return try literal(.double(number), from: start)
        case .string(let text): return try literal(.string(text), from: start)
        case .identifier(let name): return try word(name)
        case .symbol(.openParenthesis):
            try advance()
            let inner = try expression()
            try expect(.closeParenthesis, "behind the expression in parentheses")
            return inner
        case .symbol(.openBracket):
            try advance()
            let elements = try elements(until: .closeBracket, "behind the list")
            return try node(.list(elements.map { .init(value: $0, isOptional: false) }), start, elements)
        case .symbol(.openBrace): return try map()
        default: throw unexpected("a value")
        }
    }

    private mutating func word(_ name: String) throws(Fault) -> Expression {
        let start = token.range.lowerBound
        switch name {
        case "true": return try literal(.bool(true), from: start)
        case "false": return try literal(.bool(false), from: start)
        case "null": return try literal(.null, from: start)
        case "in": throw unexpected("a value")
        default: break
        }
        guard !Self.reserved.contains(name) else {
            throw Fault(.syntax, "\(name.quoted) is a reserved word and no name", at: start)
        }
        try advance()
        guard token.kind == .symbol(.openParenthesis) else {
            return try node(.identifier(name, isAbsolute: false), start, [])
        }
        let arguments = try arguments()
        return try node(.call(name, arguments, isAbsolute: false), start, arguments)
    }

    private mutating func map() throws(Fault) -> Expression {
        let start = token.range.lowerBound
        try advance()
        var entries: [Expression.Entry] = []
        while token.kind != .symbol(.closeBrace) {
            let key = try expression()
            try expect(.colon, "behind a key of the map")
            entries.append(.init(key: key, value: try expression(), isOptional: false))
            guard token.kind == .symbol(.comma) else { break }
            try advance()
        }
        try expect(.closeBrace, "behind the map")
        return try node(.map(entries), start, entries.flatMap { [$0.key, $0.value] })
    }

    private mutating func literal(_ value: Value, from start: Int) throws(Fault) -> Expression {
        try advance()
        return try node(.literal(value), start, [])
    }

    // MARK: Tokens and limits

    private mutating func advance() throws(Fault) {
        lastEnd = token.range.upperBound
        token = try lexer.next()
    }

    /// Where the token before the next one ends.
    private var lastEnd = 0

    private mutating func expect(_ symbol: Token.Symbol, _ place: String) throws(Fault) {
        guard token.kind == .symbol(symbol) else { throw unexpected("\(symbol.rawValue.quoted) \(place)") }
        try advance()
    }

    /// What `found` may have been meant as.
    func unexpected(_ wanted: String) -> Fault {
        let hint: String? =
            switch token.kind {
            case .identifier("and"): "write && for and"
            case .identifier("or"): "write || for or"
            case .identifier("not"): "write ! for not"
            case .identifier("is"): "write == to compare"
            default: nil
            }
        return Fault(.syntax, "expected \(wanted), found \(token.shown)", hint: hint, at: token.range.lowerBound)
    }

    private func tooLarge(_ number: UInt64) -> Fault {
        Fault(
            .syntax, "the number \(number) does not fit an int", hint: "write \(number)u, or \(number).0 for a double",
            at: token.range.lowerBound)
    }

    private func node(_ node: Expression.Node, _ start: Int, _ parts: [Expression]) throws(Fault) -> Expression {
        let depth = 1 + (parts.map(\.depth).max() ?? 0)
        guard depth <= limits.nesting else { throw tooDeep(at: start) }
        return Expression(node: node, range: start..<lastEnd, depth: depth)
    }

    private mutating func enter() throws(Fault) {
        level += 1
        // An expression and its operand each count one.
        guard level <= limits.nesting * 2 else { throw tooDeep(at: token.range.lowerBound) }
    }

    private func tooDeep(at offset: Int) -> Fault {
        Fault(
            .limit, "the expression is nested more than \(limits.nesting) levels deep",
            hint: "compute a part of it in a node of its own", at: offset)
    }
}
