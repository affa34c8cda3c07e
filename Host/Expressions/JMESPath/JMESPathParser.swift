import PatchbayCore
import PatchbayJSON

/// Reads the words of an expression by their binding power (Pratt's method).
struct JMESPathParser {
    /// Lists, objects and calls of an expression: each may make a value one deeper, and values are freed by calls within
    /// calls.
    private static let mostConstructions = 1_000
    /// Brackets within brackets: nobody needs more, and each takes a few kilobytes of the thread's stack.
    private static let deepest = 120
    /// `a == b == c`: such a tree leans to the left, where `nesting` does not see it.
    private static let mostComparisonsInRow = 50

    private typealias Kind = JMESPathToken.Kind

    private let tokens: [JMESPathToken]
    private let nestingLimit: Int
    private var place = 0
    private var nesting = 0
    private var constructions = 0
    private var comparisonsInRow = 0
    /// What `let` has bound around here; the position is the variable's number.
    private var variables: [String] = []
    private(set) var mostVariables = 0

    /// The last token must be the end.
    init(_ tokens: [JMESPathToken], limits: ExpressionLimits) {
        self.tokens = tokens
        nestingLimit = min(limits.nesting, Self.deepest)
    }

    mutating func whole() throws(JMESPathError) -> JMESPathNode {
        let node = try expression(0)
        guard next == .end else { throw unexpected("an operator or the end") }
        return node
    }

    // MARK: Expressions

    private mutating func expression(_ power: Int) throws(JMESPathError) -> JMESPathNode {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= nestingLimit else {
            throw limit("the expression is nested more than \(nestingLimit) deep, which is the limit")
        }
        // What stands in a row; each gets the value of the one before.
        var row = [try prefix()]
        while power < next.power { try infix(&row) }
        return Self.chain(row)
    }

    private static func chain(_ row: [JMESPathNode]) -> JMESPathNode { row.count == 1 ? row[0] : .chain(row) }

    /// What can begin an expression.
    private mutating func prefix() throws(JMESPathError) -> JMESPathNode {
        let token = tokens[place]
        advance()
        switch token.kind {
        case .openParenthesis: return try parentheses()
        case .openBrace: return try object()
        case .openBracket: return try bracket()
        case .not: return .not(try expression(Kind.not.power))
        case .filter: return try filter()
        case .star: return .members(try projected(Kind.star.power))
        case .flatten: return .chain([.flatten, .elements(try projected(Kind.flatten.power))])
        case .name(let name): return try named(name, at: token.offset)
        default: return try word(token)
        }
    }

    /// What needs no other expression inside.
    private func word(_ token: JMESPathToken) throws(JMESPathError) -> JMESPathNode {
        switch token.kind {
        case .literal(let value): return .literal(value)
        case .current: return .current
        case .quotedName(let name):
            guard next != .openParenthesis else {
                throw failure(.syntax, "the name of a function stands without quotes", at: token.offset)
            }
            return .field(name)
        case .variable(let name):
            guard let variable = variables.lastIndex(of: name) else {
                throw failure(
                    .undefinedVariable, "there is no variable \"$\(name)\" here", at: token.offset,
                    hint: Suggestion.hint(for: name, among: variables, known: "there are"))
            }
            return .variable(variable)
        case .ampersand:
            throw failure(.syntax, "\"&\" may stand only before an argument of a function", at: token.offset)
        case .end: throw failure(.syntax, "the expression ends too early", at: token.offset)
        default: throw failure(.syntax, "found \(token.kind.name), expected a value", at: token.offset)
        }
    }

    private mutating func named(_ name: String, at offset: Int) throws(JMESPathError) -> JMESPathNode {
        if name == "let", case .variable = next { return try bindings() }
        return next == .openParenthesis ? try call(of: name, at: offset) : .field(name)
    }

    /// What can follow a value: goes on in its row, or takes the row as its left side.
    private mutating func infix(_ row: inout [JMESPathNode]) throws(JMESPathError) {
        let token = tokens[place]
        advance()
        switch token.kind {
        case .dot: try dot(after: &row)
        case .pipe: row.append(try expression(Kind.pipe.power))
        case .or: row = [.or(try operands(Self.chain(row), .or))]
        case .and: row = [.and(try operands(Self.chain(row), .and))]
        case .flatten: try flatten(after: &row)
        case .filter: row.append(try filter())
        case .openBracket: try bracket(after: &row)
        default: try compare(token, &row)
        }
    }

    private mutating func dot(after row: inout [JMESPathNode]) throws(JMESPathError) {
        guard next == .star else { return row.append(try member(Kind.dot.power)) }
        advance()
        row.append(.members(try projected(Kind.star.power)))
    }

    private mutating func flatten(after row: inout [JMESPathNode]) throws(JMESPathError) {
        row.append(.flatten)
        row.append(.elements(try projected(Kind.flatten.power)))
    }

    /// All that the same operator joins, behind the first of them.
    private mutating func operands(_ first: JMESPathNode, _ kind: Kind) throws(JMESPathError) -> [JMESPathNode] {
        var operands = [first, try expression(kind.power)]
        while next == kind {
            advance()
            operands.append(try expression(kind.power))
        }
        return operands
    }

    private mutating func compare(_ token: JMESPathToken, _ row: inout [JMESPathNode]) throws(JMESPathError) {
        let comparison = try comparison(token)
        if case .compare = row[0] {
            comparisonsInRow += 1
            guard comparisonsInRow <= Self.mostComparisonsInRow else {
                throw limit("more than \(Self.mostComparisonsInRow) comparisons are compared again")
            }
        }
        let left = Self.chain(row)
        row = [.compare(comparison, left, try expression(Kind.equal.power))]
    }

    private func comparison(_ token: JMESPathToken) throws(JMESPathError) -> JMESPathComparison {
        switch token.kind {
        case .equal: .equal
        case .unequal: .unequal
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        default: throw failure(.syntax, "found \(token.kind.name), expected an operator", at: token.offset)
        }
    }

    private mutating func parentheses() throws(JMESPathError) -> JMESPathNode {
        let inner = try expression(0)
        try skip(.closeParenthesis)
        return inner
    }

    /// After `[` at the beginning.
    private mutating func bracket() throws(JMESPathError) -> JMESPathNode {
        switch next {
        case .number, .colon: return try indexOrSlice()
        case .star where tokens[place + 1].kind == .closeBracket:
            advance()
            advance()
            return .elements(try projected(Kind.star.power))
        default: return try list()
        }
    }

    private mutating func bracket(after row: inout [JMESPathNode]) throws(JMESPathError) {
        switch next {
        case .number, .colon: row.append(try indexOrSlice())
        case .star:
            advance()
            try skip(.closeBracket)
            row.append(.elements(try projected(Kind.star.power)))
        default:
            throw unexpected(
                "a number, \":\" or \"*\"", hint: "write \".[…]\" for a list of expressions, \"[?…]\" for a filter")
        }
    }

    /// What a projection does to each of its values: all that follows and binds strongly enough.
    private mutating func projected(_ power: Int) throws(JMESPathError) -> JMESPathNode {
        guard next.power >= Kind.projectionEnd else { return .current }
        switch next {
        case .openBracket, .filter: return try expression(power)
        case .dot:
            advance()
            return try member(power)
        default: throw unexpected("\".\", \"[\" or an operator")
        }
    }

    /// After a dot.
    private mutating func member(_ power: Int) throws(JMESPathError) -> JMESPathNode {
        switch next {
        case .name, .quotedName, .star: return try expression(power)
        case .openBracket:
            advance()
            return try list()
        case .openBrace:
            advance()
            return try object()
        default: throw unexpected("a name, \"*\", \"[\" or \"{\" after the dot")
        }
    }

    // MARK: Brackets

    /// After `[?`.
    private mutating func filter() throws(JMESPathError) -> JMESPathNode {
        let condition = try expression(0)
        try skip(.closeBracket)
        return .filter(condition: condition, try projected(Kind.filter.power))
    }

    /// After `[`, before a number or a colon.
    private mutating func indexOrSlice() throws(JMESPathError) -> JMESPathNode {
        let start = tokens[place].offset
        var numbers: [Int?] = [nil]
        while true {
            if case .number(let number) = next, numbers[numbers.count - 1] == nil {
                numbers[numbers.count - 1] = number
            } else if next == .colon, numbers.count < 3 {
                numbers.append(nil)
            } else {
                break
            }
            advance()
        }
        try skip(.closeBracket)
        if numbers.count == 1, let index = numbers[0] { return .index(index) }
        let slice = JMESPathSlice(
            start: numbers[0], stop: numbers[1], step: (numbers.count == 3 ? numbers[2] : nil) ?? 1)
        guard slice.step != 0 else { throw failure(.invalidValue, "the step of a slice cannot be 0", at: start) }
        return .chain([.slice(slice), .elements(try projected(Kind.star.power))])
    }

    /// After `[`.
    private mutating func list() throws(JMESPathError) -> JMESPathNode {
        try construct()
        var nodes = [try expression(0)]
        while next == .comma {
            advance()
            nodes.append(try expression(0))
        }
        try skip(.closeBracket)
        return .list(nodes)
    }

    /// After `{`.
    private mutating func object() throws(JMESPathError) -> JMESPathNode {
        try construct()
        var members: [(name: String, value: JMESPathNode)] = []
        repeat {
            if !members.isEmpty { advance() }
            switch next {
            case .name(let name), .quotedName(let name):
                advance()
                try skip(.colon)
                members.append((name, try expression(0)))
            default: throw unexpected("the name of a member")
            }
        } while next == .comma
        try skip(.closeBrace)
        return .object(members)
    }

    private mutating func construct() throws(JMESPathError) {
        constructions += 1
        guard constructions <= Self.mostConstructions else {
            throw limit("the expression builds more than \(Self.mostConstructions) lists and objects")
        }
    }

    // MARK: Functions and variables

    /// Before the parenthesis.
    private mutating func call(of name: String, at offset: Int) throws(JMESPathError) -> JMESPathNode {
        let function = try function(named: name, at: offset)
        advance()
        // Functions may put values into an array.
        try construct()
        var arguments: [JMESPathNode] = []
        while next != .closeParenthesis {
            if !arguments.isEmpty { try skip(.comma) }
            try checkArgument(arguments.count, of: function)
            if next == .ampersand { advance() }
            arguments.append(try expression(0))
        }
        advance()
        try checkCount(arguments.count, of: function, at: offset)
        return .call(JMESPathCall(function: function, arguments: arguments, offset: offset))
    }

    private func function(named name: String, at offset: Int) throws(JMESPathError) -> JMESPathFunction {
        if let function = JMESPathFunction(rawValue: name) { return function }
        throw failure(
            .unknownFunction, "there is no function \(name.quoted)", at: offset,
            hint: Suggestion.hint(for: name, among: JMESPathFunction.allCases.map(\.rawValue), known: "there are"))
    }

    /// Expressions stand where expressions are taken; how many arguments there are is said later.
    private func checkArgument(_ position: Int, of function: JMESPathFunction) throws(JMESPathError) {
        let isExpression = next == .ampersand
        let parameter = function.parameter(at: position)
        guard isExpression != (parameter == .expression) else { return }
        guard position < function.parameters.count || isExpression else { return }
        throw failure(
            .invalidType,
            "\(function.rawValue)() takes \(parameter.name), not \(isExpression ? "an expression" : "a value")",
            at: tokens[place].offset)
    }

    private func checkCount(_ count: Int, of function: JMESPathFunction, at offset: Int) throws(JMESPathError) {
        let least = function.parameters.count
        guard count != least, !(function.isVariadic && count > least) else { return }
        let wanted = "\(function.isVariadic ? "at least " : "")\(least) \(least == 1 ? "argument" : "arguments")"
        throw failure(.invalidArity, "\(function.rawValue)() takes \(wanted), not \(count)", at: offset)
    }

    /// After `let`: the values know what is bound outside, the body also what is bound here.
    private mutating func bindings() throws(JMESPathError) -> JMESPathNode {
        let outside = variables.count
        var bound = [try binding(outside)]
        while next == .comma {
            advance()
            bound.append(try binding(outside + bound.count))
        }
        try skip(.name("in"))
        variables += bound.map(\.name)
        mostVariables = max(mostVariables, variables.count)
        let body = try expression(0)
        variables.removeLast(bound.count)
        return .bind(bound.map { ($0.variable, $0.value) }, in: body)
    }

    private mutating func binding(
        _ number: Int
    ) throws(JMESPathError) -> (name: String, variable: Int, value: JMESPathNode) {
        let name = try variableName()
        try skip(.assign)
        return (name, number, try expression(0))
    }

    private mutating func variableName() throws(JMESPathError) -> String {
        guard case .variable(let name) = next else { throw unexpected("a variable") }
        advance()
        return name
    }

    // MARK: Words

    private var next: JMESPathToken.Kind { tokens[place].kind }

    /// The end is never left behind.
    private mutating func advance() { place = min(place + 1, tokens.count - 1) }

    private mutating func skip(_ kind: JMESPathToken.Kind) throws(JMESPathError) {
        guard next == kind else { throw unexpected(kind.name) }
        advance()
    }

    private func unexpected(_ expected: String, hint: String? = nil) -> JMESPathError {
        let hint = next == .assign ? "write \"==\" to compare" : hint
        return failure(.syntax, "found \(next.name), expected \(expected)", at: tokens[place].offset, hint: hint)
    }

    private func limit(_ message: String) -> JMESPathError { failure(.limit, message, at: tokens[place].offset) }

    private func failure(
        _ code: JMESPathError.Code, _ message: String, at offset: Int, hint: String? = nil
    ) -> JMESPathError {
        JMESPathError(code: code, message: message, hint: hint, offset: offset)
    }
}
