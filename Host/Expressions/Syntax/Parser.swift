import PatchbayCore

/// Reads one expression of CEL's grammar (https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax) by
/// binding powers, and stops behind it. Beside the definition's grammar it takes the optional syntax of the extensions:
/// `a.?b`, `a[?b]`, `[?a]`, `{?k: v}`.
struct Parser {
    private var lexer: Lexer
    /// The token that comes next.
    private(set) var token: Token
    private var level = 0
    private let limits: ExpressionLimits
    /// Where the token before the next one ends.
    private var lastEnd = 0

    /// Words that can be no name. The keywords can be no member either.
    private static let keywords = words(["in", "true", "false", "null"])
    private static let reserved = words([
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ])
    private static let longestWord = 9

    /// By their lengths: few are left to compare a name with.
    private static func words(_ words: [String]) -> [[String]] {
        (0...longestWord).map { length in words.filter { $0.utf8.count == length } }
    }

    private static func isWord(_ name: String, of words: [[String]]) -> Bool {
        name.utf8.count <= longestWord && words[name.utf8.count].contains(name)
    }

    init(
        _ source: [UInt8], from position: Int = 0, dialect: Dialect = .cel, limits: ExpressionLimits
    ) throws(Fault) {
        lexer = Lexer(source, from: position, dialect: dialect)
        token = try lexer.next()
        self.limits = limits
    }

    /// The whole text as one expression.
    static func parse(
        _ source: [UInt8], dialect: Dialect = .cel, limits: ExpressionLimits
    ) throws(Fault) -> Expression {
        guard source.count <= limits.source else {
            throw Fault(
                .limit, "an expression may have \(limits.source) bytes, and this has \(source.count)", at: 0)
        }
        var parser = try Parser(source, dialect: dialect, limits: limits)
        let expression = try parser.expression()
        guard parser.token.kind == .end else { throw parser.unexpected("the end of the expression") }
        return expression
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
            case .symbol(let symbol):
                switch symbol {
                case .question: self = .conditional
                case .or: self = .or
                case .and: self = .and
                case .plus: self = .binary(.add)
                case .minus: self = .binary(.subtract)
                case .times: self = .binary(.multiply)
                case .divide: self = .binary(.divide)
                case .modulo: self = .binary(.modulo)
                case .equal: self = .binary(.equal)
                case .notEqual: self = .binary(.notEqual)
                case .less: self = .binary(.less)
                case .lessOrEqual: self = .binary(.lessOrEqual)
                case .greater: self = .binary(.greater)
                case .greaterOrEqual: self = .binary(.greaterOrEqual)
                default: return nil
                }
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
            case .or: left = try chain(from: left, .or, infix.power)
            case .and: left = try chain(from: left, .and, infix.power)
            case .binary(let symbol):
                let place = token.range.lowerBound
                try advance()
                let right = try expression(power: infix.power + 1)
                left = try node(
                    .binary(symbol, left, right), left.range.lowerBound, max(left.depth, right.depth), place: place)
            }
        }
        return left
    }

    private mutating func conditional(_ condition: Expression) throws(Fault) -> Expression {
        try advance()
        let yes = try expression(power: 2)
        try expect(.colon, "between the two values of ?:")
        let no = try expression(power: 1)
        let depth = max(condition.depth, yes.depth, no.depth)
        return try node(.conditional(condition, yes, no), condition.range.lowerBound, depth)
    }

    private mutating func chain(
        from first: Expression, _ symbol: Token.Symbol, _ power: Int
    ) throws(Fault) -> Expression {
        var terms = [first]
        while case .symbol(symbol) = token.kind {
            try advance()
            terms.append(try expression(power: power + 1))
        }
        return try node(symbol == .and ? .all(terms) : .any(terms), first.range.lowerBound, terms.depth)
    }

    private mutating func prefix() throws(Fault) -> Expression {
        let start = token.range.lowerBound
        switch token.kind {
        case .symbol(.not):
            try enter()
            defer { level -= 1 }
            try advance()
            let operand = try prefix()
            return try node(.not(operand), start, operand.depth)
        case .symbol(.minus):
            try enter()
            defer { level -= 1 }
            try advance()
            // The sign belongs to the number, or the least integer could not be written.
            switch token.kind {
            case .int(let magnitude):
                guard magnitude <= Int64.min.magnitude else { throw tooLarge(magnitude) }
                return try members(of: literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude)), from: start))
            case .double(let number): return try members(of: literal(.double(-number), from: start))
            default: break
            }
            let operand = try prefix()
            return try node(.negate(operand), start, operand.depth)
        default:
            return try members(of: try primary())
        }
    }

    // MARK: Members

    private mutating func members(of first: Expression) throws(Fault) -> Expression {
        var base = first
        let start = first.range.lowerBound
        while case .symbol(let symbol) = token.kind {
            switch symbol {
            case .dot:
                try advance()
                let isOptional = try skip(.question)
                let place = token.range.lowerBound
                let name = try memberName()
                if !isOptional, case .symbol(.openParenthesis) = token.kind {
                    let arguments = try arguments()
                    base = try node(
                        .receiverCall(base, name, arguments), start, max(base.depth, arguments.depth), place: place)
                } else {
                    base = try node(
                        isOptional ? .optionalSelect(base, name) : .select(base, name), start, base.depth, place: place)
                }
            case .openBracket:
                try advance()
                let isOptional = try skip(.question)
                let index = try expression()
                try expect(.closeBracket, "behind the index")
                base = try node(
                    isOptional ? .optionalIndex(base, index) : .index(base, index), start, max(base.depth, index.depth),
                    place: index.range.lowerBound)
            case .openBrace:
                guard let name = base.qualifiedName else { return base }
                base = try message(name, start)
            default:
                return base
            }
        }
        return base
    }

    private mutating func memberName() throws(Fault) -> String {
        if case .quotedName(let name) = token.kind {
            try advance()
            return name
        }
        guard case .identifier(let name) = token.kind else {
            throw Fault(
                .syntax, "expected a member's name behind the dot, found \(token.shown)",
                hint: "write [\"…\"] for a name that is no word", at: token.range.lowerBound)
        }
        guard !Self.isWord(name, of: Self.keywords) else {
            throw Fault(.syntax, "\(name.quoted) is a keyword", hint: "write [\"\(name)\"]", at: token.range.lowerBound)
        }
        try advance()
        return name
    }

    /// From the opening parenthesis to behind the closing one.
    private mutating func arguments() throws(Fault) -> [Expression] {
        try advance()
        var arguments: [Expression] = []
        while !isNext(.closeParenthesis) {
            if let function = try lambda() {
                arguments.append(function)
            } else {
                arguments.append(try expression())
            }
            guard try skip(.comma) else { break }
            if isNext(.closeParenthesis) { throw unexpected("an argument behind the comma") }
        }
        try expect(.closeParenthesis, "behind the arguments")
        return arguments
    }

    // MARK: Functions as arguments

    /// `x => body` or `(x, y) => body`, when that is what comes next.
    private mutating func lambda() throws(Fault) -> Expression? {
        guard lexer.dialect == .templates, let parameters = lambdaParameters() else { return nil }
        let start = token.range.lowerBound
        while !isNext(.arrow) { try advance() }
        try advance()
        let body = try expression()
        return try node(.lambda(parameters, body), start, body.depth)
    }

    /// Looks ahead as far as parameters and an arrow stand there.
    private func lambdaParameters() -> [String]? {
        var ahead = lexer
        func next() -> Token.Kind { (try? ahead.next())?.kind ?? .end }
        if case .identifier(let name) = token.kind { return lexer.isArrowNext ? [name] : nil }
        guard case .symbol(.openParenthesis) = token.kind else { return nil }
        var names: [String] = []
        var kind = next()
        while case .identifier(let name) = kind {
            names.append(name)
            kind = next()
            guard kind == .symbol(.comma) else { break }
            kind = next()
        }
        return kind == .symbol(.closeParenthesis) && next() == .symbol(.arrow) ? names : nil
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
        case .bytes(let bytes): return try literal(.bytes(bytes), from: start)
        case .identifier(let name): return try word(name, from: start, isAbsolute: false)
        case .symbol(.dot):
            try advance()
            guard case .identifier(let name) = token.kind else { throw unexpected("a name behind the dot") }
            return try word(name, from: start, isAbsolute: true)
        case .symbol(.openParenthesis):
            try advance()
            let inner = try expression()
            try expect(.closeParenthesis, "behind the expression in parentheses")
            return inner.parenthesized
        case .symbol(.openBracket): return try list()
        case .symbol(.openBrace): return try map()
        default: throw unexpected("a value")
        }
    }

    private mutating func word(_ name: String, from start: Int, isAbsolute: Bool) throws(Fault) -> Expression {
        if !isAbsolute {
            switch name {
            case "true": return try literal(.bool(true), from: start)
            case "false": return try literal(.bool(false), from: start)
            case "null": return try literal(.null, from: start)
            default: break
            }
        }
        if Self.isWord(name, of: Self.keywords) { throw unexpected("a value") }
        guard !Self.isWord(name, of: Self.reserved) else {
            throw Fault(.syntax, "\(name.quoted) is a reserved word and no name", at: token.range.lowerBound)
        }
        try advance()
        guard isNext(.openParenthesis) else { return try node(.identifier(name, isAbsolute: isAbsolute), start, 0) }
        let arguments = try arguments()
        return try node(.call(name, arguments, isAbsolute: isAbsolute), start, arguments.depth)
    }

    private mutating func list() throws(Fault) -> Expression {
        let start = token.range.lowerBound
        try advance()
        var elements: [Expression.Element] = []
        var depth = 0
        while !isNext(.closeBracket) {
            let isOptional = try skip(.question)
            let value = try expression()
            depth = max(depth, value.depth)
            elements.append(.init(value: value, isOptional: isOptional))
            guard try skip(.comma) else { break }
        }
        try expect(.closeBracket, "behind the list")
        return try node(.list(elements), start, depth)
    }

    private mutating func map() throws(Fault) -> Expression {
        let start = token.range.lowerBound
        try advance()
        var entries: [Expression.Entry] = []
        var depth = 0
        while !isNext(.closeBrace) {
            let isOptional = try skip(.question)
            let key = try expression()
            try expect(.colon, "behind a key of the map")
            let value = try expression()
            depth = max(depth, key.depth, value.depth)
            entries.append(.init(key: key, value: value, isOptional: isOptional))
            guard try skip(.comma) else { break }
        }
        try expect(.closeBrace, "behind the map")
        return try node(.map(entries), start, depth)
    }

    /// The fields of a message whose name has been read.
    private mutating func message(_ name: String, _ start: Int) throws(Fault) -> Expression {
        try advance()
        var fields: [Expression.Field] = []
        var depth = 0
        while !isNext(.closeBrace) {
            let isOptional = try skip(.question)
            let place = token.range
            let field = try memberName()
            try expect(.colon, "behind a field's name")
            let value = try expression()
            depth = max(depth, value.depth)
            fields.append(.init(name: field, value: value, isOptional: isOptional, range: place))
            guard try skip(.comma) else { break }
        }
        try expect(.closeBrace, "behind the fields")
        return try node(.message(name, fields), start, depth)
    }

    private mutating func literal(_ value: Value, from start: Int) throws(Fault) -> Expression {
        try advance()
        return try node(.literal(value), start, 0)
    }

    // MARK: Tokens and limits

    private mutating func advance() throws(Fault) {
        lastEnd = token.range.upperBound
        token = try lexer.next()
    }

    private func isNext(_ symbol: Token.Symbol) -> Bool {
        if case .symbol(symbol) = token.kind { true } else { false }
    }

    /// Whether the symbol came next; it is behind us then.
    private mutating func skip(_ symbol: Token.Symbol) throws(Fault) -> Bool {
        guard isNext(symbol) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ symbol: Token.Symbol, _ place: String) throws(Fault) {
        guard try skip(symbol) else { throw unexpected("\(symbol.rawValue.quoted) \(place)") }
    }

    /// What `found` may have been meant as.
    func unexpected(_ wanted: String) -> Fault {
        let hint: String? =
            switch token.kind {
            case .identifier("and"): "write && for and"
            case .identifier("or"): "write || for or"
            case .identifier("not"): "write ! for not"
            case .identifier("is"): "write == to compare"
            case .quotedName: "strings stand in \" or '"
            default: nil
            }
        return Fault(.syntax, "expected \(wanted), found \(token.shown)", hint: hint, at: token.range.lowerBound)
    }

    private func tooLarge(_ number: UInt64) -> Fault {
        Fault(
            .syntax, "the number \(number) does not fit an int", hint: "write \(number)u, or \(number).0 for a double",
            at: token.range.lowerBound)
    }

    /// - Parameter depth: of the deepest part.
    private func node(
        _ node: Expression.Node, _ start: Int, _ depth: Int, place: Int? = nil
    ) throws(Fault) -> Expression {
        guard depth < limits.nesting else { throw tooDeep(at: start) }
        return Expression(node: node, range: start..<lastEnd, depth: depth + 1, place: place)
    }

    private mutating func enter() throws(Fault) {
        level += 1
        guard level <= limits.nesting else { throw tooDeep(at: token.range.lowerBound) }
    }

    private func tooDeep(at offset: Int) -> Fault {
        Fault(
            .limit, "the expression is nested more than \(limits.nesting) levels deep",
            hint: "compute a part of it in a node of its own", at: offset)
    }
}

extension Expression {
    /// The name that a message can have: identifiers with dots between them.
    fileprivate var qualifiedName: String? {
        guard !isParenthesized else { return nil }
        switch node {
        case .identifier(let name, let isAbsolute): return isAbsolute ? "." + name : name
        case .select(let base, let name): return base.qualifiedName.map { $0 + "." + name }
        default: return nil
        }
    }

    fileprivate var parenthesized: Expression {
        var copy = self
        copy.isParenthesized = true
        return copy
    }
}

extension [Expression] {
    /// Of the deepest.
    fileprivate var depth: Int { reduce(0) { Swift.max($0, $1.depth) } }
}
