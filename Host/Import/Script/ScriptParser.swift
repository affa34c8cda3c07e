/// Reads one expression of JavaScript by binding powers. Statements, functions with bodies, assignments and the like are
/// refused, each by its name.
struct ScriptParser {
    private let tokens: [ScriptToken]
    private var position = 0
    private var depth = 0

    private static let mostDepth = 100
    private static let mostBytes = 64 << 10
    private static let refused: Set = [
        "function", "class", "async", "await", "yield", "var", "let", "const", "if", "for", "while", "return", "delete",
        "this",
        "switch", "try", "throw",
    ]
    private static let assignments: Set = [
        "=", "+=", "-=", "*=", "/=", "%=", "**=", "&&=", "||=", "??=", "++", "--", ">>>=",
    ]
    private static let powers: [String: Int] = [
        "??": 2, "||": 2, "&&": 3, "|": 4, "^": 4, "&": 4, "==": 5, "!=": 5, "===": 5, "!==": 5, "<": 6, ">": 6,
        "<=": 6,
        ">=": 6, "in": 6, "instanceof": 6, "<<": 7, ">>": 7, ">>>": 7, "+": 8, "-": 8, "*": 9, "/": 9, "%": 9, "**": 10,
    ]

    private init(_ tokens: [ScriptToken]) { self.tokens = tokens }

    /// The whole text as one expression; a semicolon behind it is allowed.
    static func parse(_ text: String) throws(ScriptFault) -> ScriptExpression {
        try parse(text, depth: 0)
    }

    private static func parse(_ text: String, depth: Int) throws(ScriptFault) -> ScriptExpression {
        guard text.utf8.count <= mostBytes else {
            throw ScriptFault(message: "it has more than \(mostBytes) bytes")
        }
        var parser = ScriptParser(try ScriptLexer.tokens(of: text))
        parser.depth = depth
        if parser.token == .end { throw ScriptFault(message: "there is no expression between the braces") }
        let expression = try parser.expression()
        while parser.accept(";") {}
        guard parser.token == .end else { throw parser.unexpected("the end of the expression") }
        return expression
    }

    // MARK: Tokens

    private var token: ScriptToken { tokens[min(position, tokens.count - 1)] }
    private func ahead(_ count: Int) -> ScriptToken { tokens[min(position + count, tokens.count - 1)] }

    private mutating func accept(_ sign: String) -> Bool {
        guard token == .sign(sign) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ sign: String) throws(ScriptFault) {
        guard accept(sign) else { throw unexpected(sign) }
    }

    private func unexpected(_ wanted: String) -> ScriptFault {
        if case .sign(let sign) = token, Self.assignments.contains(sign) {
            return ScriptFault(message: "assignments (\(sign)) have no equal in expressions")
        }
        return ScriptFault(message: "\(wanted) was expected where \(token.shown) stands")
    }

    // MARK: Operators

    private mutating func expression() throws(ScriptFault) -> ScriptExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.mostDepth else { throw ScriptFault(message: "it is nested too deeply") }
        if let arrow = try arrow() { return arrow }
        let condition = try binary(power: 0)
        guard accept("?") else { return condition }
        let yes = try expression()
        try expect(":")
        return .conditional(condition, yes, try expression())
    }

    private mutating func binary(power least: Int) throws(ScriptFault) -> ScriptExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.mostDepth else { throw ScriptFault(message: "it is nested too deeply") }
        var left = try unary()
        while true {
            let sign: String
            switch token {
            case .sign(let text): sign = text
            case .name(let text) where text == "in" || text == "instanceof": sign = text
            default: return left
            }
            guard let power = Self.powers[sign], power > least else { return left }
            position += 1
            left = .binary(sign, left, try binary(power: power))
        }
    }

    private mutating func unary() throws(ScriptFault) -> ScriptExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.mostDepth else { throw ScriptFault(message: "it is nested too deeply") }
        if case .sign(let sign) = token, ["!", "-", "+", "~"].contains(sign) {
            position += 1
            return .unary(sign, try unary())
        }
        if token == .name("typeof") {
            position += 1
            return .unary("typeof", try unary())
        }
        return try postfix(try primary())
    }

    private mutating func postfix(_ start: ScriptExpression) throws(ScriptFault) -> ScriptExpression {
        var base = start
        while true {
            if accept(".") {
                base = .member(base, try memberName(), isOptional: false)
            } else if accept("?.") {
                if accept("[") {
                    base = .element(base, try expression(), isOptional: true)
                    try expect("]")
                } else if accept("(") {
                    base = .call(base, try arguments(closing: ")"))
                } else {
                    base = .member(base, try memberName(), isOptional: true)
                }
            } else if accept("[") {
                base = .element(base, try expression(), isOptional: false)
                try expect("]")
            } else if accept("(") {
                base = .call(base, try arguments(closing: ")"))
            } else if case .template = token {
                throw ScriptFault(message: "a text between backquotes behind a name has no equal")
            } else {
                return base
            }
        }
    }

    private mutating func memberName() throws(ScriptFault) -> String {
        guard case .name(let name) = token else { throw unexpected("a name") }
        position += 1
        return name
    }

    private mutating func arguments(closing: String) throws(ScriptFault) -> [ScriptExpression] {
        var arguments: [ScriptExpression] = []
        while !accept(closing) {
            if token == .sign("...") { throw ScriptFault(message: "spreading (...) has no equal") }
            arguments.append(try expression())
            if accept(closing) { break }
            try expect(",")
        }
        return arguments
    }

    // MARK: Values

    private mutating func primary() throws(ScriptFault) -> ScriptExpression {
        let current = token
        position += 1
        switch current {
        case .text(let text): return .text(text)
        case .number(let digits): return .number(digits)
        case .pattern(let source, let flags): return .pattern(source, flags: flags)
        case .template(let texts, let sources):
            var values: [ScriptExpression] = []
            for source in sources { values.append(try Self.parse(source, depth: depth)) }
            return .template(texts, values)
        case .name(let name): return try named(name)
        case .sign("("):
            let inner = try expression()
            try expect(")")
            return inner
        case .sign("["): return .list(try arguments(closing: "]"))
        case .sign("{"): return try object()
        default:
            position -= 1
            throw unexpected("a value")
        }
    }

    private mutating func named(_ name: String) throws(ScriptFault) -> ScriptExpression {
        switch name {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null", "undefined": return .null
        case "new":
            let type = try memberName()
            return .making(type, accept("(") ? try arguments(closing: ")") : [])
        default:
            if Self.refused.contains(name) { throw ScriptFault(message: "`\(name)` has no equal in expressions") }
            return .name(name)
        }
    }

    private mutating func object() throws(ScriptFault) -> ScriptExpression {
        var members: [ScriptExpression.Member] = []
        while !accept("}") {
            let name: String
            switch token {
            case .name(let word): name = word
            case .text(let text): name = text
            case .number(let digits): name = digits
            case .sign("..."): throw ScriptFault(message: "spreading (...) has no equal")
            case .sign("["): throw ScriptFault(message: "computed names of members have no equal")
            default: throw unexpected("a member's name")
            }
            let isShort = if case .name = token { true } else { false }
            position += 1
            if accept(":") {
                members.append(.init(name: name, value: try expression()))
            } else if isShort, token == .sign(",") || token == .sign("}") {
                members.append(.init(name: name, value: .name(name)))
            } else {
                throw ScriptFault(message: "functions in objects have no equal")
            }
            if accept("}") { break }
            try expect(",")
        }
        return .object(members)
    }

    // MARK: Arrows

    /// An arrow function whose body is an expression, or nothing but a `return`.
    private mutating func arrow() throws(ScriptFault) -> ScriptExpression? {
        guard let names = try arrowNames() else { return nil }
        guard accept("{") else { return .arrow(names, try expression()) }
        guard token == .name("return") else {
            throw ScriptFault(message: "functions with statements have no equal in expressions")
        }
        position += 1
        let body = try expression()
        _ = accept(";")
        guard accept("}") else {
            throw ScriptFault(message: "functions with statements have no equal in expressions")
        }
        return .arrow(names, body)
    }

    private mutating func arrowNames() throws(ScriptFault) -> [String]? {
        if case .name(let name) = token, ahead(1) == .sign("=>") {
            position += 2
            return [name]
        }
        guard token == .sign("(") else { return nil }
        // The parenthesis that closes this one, and what stands behind it.
        var (level, offset) = (0, 0)
        repeat {
            switch ahead(offset) {
            case .sign("("): level += 1
            case .sign(")"): level -= 1
            case .end: return nil
            default: break
            }
            offset += 1
        } while level > 0
        guard ahead(offset) == .sign("=>") else { return nil }
        let parameters = (1..<(offset - 1)).map { ahead($0) }
        position += offset + 1
        var names: [String] = []
        for (place, parameter) in parameters.enumerated() {
            if place % 2 == 1, parameter == .sign(",") { continue }
            guard place % 2 == 0, case .name(let name) = parameter else {
                throw ScriptFault(message: "parameters that are taken apart, or have defaults, have no equal")
            }
            names.append(name)
        }
        return names
    }
}
