import PatchbayCore

extension ExpressionTranslator {
    /// What counts as false in JavaScript; NaN does not come in JSON.
    private static let falsy = "[null, \"\", 0, false]"

    /// A value as a condition.
    mutating func truth(_ script: ScriptExpression) throws(Untranslatable) -> Term {
        switch script {
        case .binary("&&", let left, let right):
            return Term("\(try truth(left).bound(3)) && \(try truth(right).bound(4))", .bool, power: 3)
        case .binary("||", let left, let right):
            return Term("\(try truth(left).bound(2)) || \(try truth(right).bound(3))", .bool, power: 2)
        default: return Self.truth(of: try lenient(script))
        }
    }

    static func truth(of term: Term) -> Term {
        switch term.kind {
        case .bool: term
        case .text: Term("\(term.bound(5)) != \"\"", .bool, power: 4)
        case .whole, .fraction, .number: Term("\(term.bound(5)) != 0", .bool, power: 4)
        case .null: Term("false", .bool)
        case .list, .map, .moment, .span: Term("true", .bool)
        case .unknown: Term("!(\(term.bound(5)) in \(falsy))", .bool, power: 9)
        }
    }

    mutating func unary(_ sign: String, _ value: ScriptExpression) throws(Untranslatable) -> Term {
        switch sign {
        case "!":
            if case .unary("!", let inner) = value { return try truth(inner) }
            let truth = try truth(value)
            if truth.source.hasPrefix("!("), truth.source.hasSuffix(")"), truth.power == 9 {
                return Term(String(truth.source.dropFirst(2).dropLast()), .bool, power: 4)
            }
            return Term("!\(truth.bound(9))", .bool, power: 9)
        case "-":
            let term = try number(value)
            return Term("-\(term.bound(9))", term.kind, power: 9)
        case "+": return try number(value)
        default: throw Untranslatable("`\(sign)` has no equal")
        }
    }

    /// A value that is to be a number.
    private mutating func number(_ script: ScriptExpression) throws(Untranslatable) -> Term {
        let term = try term(script)
        switch term.kind {
        case .whole, .fraction, .number: return term
        case .unknown, .text: return .function("double", [term], .fraction)
        default: throw Untranslatable("this is no number")
        }
    }

    mutating func binary(
        _ sign: String, _ left: ScriptExpression, _ right: ScriptExpression
    ) throws(Untranslatable) -> Term {
        switch sign {
        case "||", "&&": return try logical(sign, left, right)
        case "??":
            let (left, right) = (try lenient(left), try term(right))
            return Term(
                "cel.bind(value, \(left.source), value == null ? \(right.bound(2)) : value)",
                left.kind == right.kind ? left.kind : .unknown)
        case "==", "===", "!=", "!==": return try equality(sign.hasPrefix("!") ? "!=" : "==", left, right)
        case "<", ">", "<=", ">=":
            let (left, right) = (try term(left), try term(right))
            return Term("\(left.bound(5)) \(sign) \(right.bound(5))", .bool, power: 4)
        case "+": return try sum(try term(left), try term(right))
        case "-": return try difference(try term(left), try term(right))
        case "*", "%": return try product(sign, try term(left), try term(right))
        case "/":
            let (left, right) = (fraction(try term(left)), fraction(try term(right)))
            return Term("\(left.bound(7)) / \(right.bound(8))", .fraction, power: 7)
        case "in":
            return Term("\(try term(left).bound(5)) in \(try term(right).bound(5))", .bool, power: 4)
        default: throw Untranslatable("`\(sign)` has no equal")
        }
    }

    private mutating func logical(
        _ sign: String, _ left: ScriptExpression, _ right: ScriptExpression
    ) throws(Untranslatable) -> Term {
        let (first, second) = (try lenient(left), try lenient(right))
        if first.kind == .bool, second.kind == .bool {
            let power = sign == "||" ? 2 : 3
            return Term("\(first.bound(power)) \(sign) \(second.bound(power + 1))", .bool, power: power)
        }
        let value = Term("value", first.kind)
        let truth = Self.truth(of: value)
        let (yes, no) = sign == "||" ? ("value", second.bound(2)) : (second.bound(2), "value")
        return Term(
            "cel.bind(value, \(first.source), \(truth.bound(2)) ? \(yes) : \(no))",
            first.kind == second.kind ? first.kind : .unknown)
    }

    private mutating func equality(
        _ sign: String, _ left: ScriptExpression, _ right: ScriptExpression
    ) throws(Untranslatable) -> Term {
        for (side, other) in [(left, right), (right, left)] {
            if case .unary("typeof", let value) = side, case .text(let word) = other {
                return try type(of: value, word, sign)
            }
        }
        let (first, second) = (try lenient(left), try lenient(right))
        return Term("\(first.bound(5)) \(sign) \(second.bound(5))", .bool, power: 4)
    }

    private mutating func type(
        of value: ScriptExpression, _ word: String, _ sign: String
    ) throws(Untranslatable) -> Term {
        let value = try lenient(value)
        let types: String
        switch word {
        case "undefined": return Term("\(value.bound(5)) \(sign) null", .bool, power: 4)
        case "string": types = "[string]"
        case "number": types = "[int, double]"
        case "boolean": types = "[bool]"
        case "object": types = "[map, list]"
        default: throw Untranslatable("`typeof` gives no \(word.quoted) here")
        }
        let test = "type(\(value.source)) in \(types)"
        return sign == "==" ? Term(test, .bool, power: 4) : Term("!(\(test))", .bool, power: 9)
    }

    // MARK: Numbers

    /// Whole numbers of ours are not divided like JavaScript's.
    func fraction(_ term: Term) -> Term {
        switch term.kind {
        case .fraction: term
        case .whole where term.power == 10 && Int64(term.source) != nil: Term(term.source + ".0", .fraction)
        default: .function("double", [term], .fraction)
        }
    }

    mutating func sum(_ left: Term, _ right: Term) throws(Untranslatable) -> Term {
        if left.kind == .text || right.kind == .text {
            return Term("\(asText(left).bound(6)) + \(asText(right).bound(7))", .text, power: 6)
        }
        if left.kind == .fraction || right.kind == .fraction {
            return Term("\(fraction(left).bound(6)) + \(fraction(right).bound(7))", .fraction, power: 6)
        }
        if left.kind == .moment || right.kind == .moment {
            throw Untranslatable("a moment and something else are not added like numbers here")
        }
        if left.kind == .unknown || right.kind == .unknown {
            remark("the two sides of + must be of one kind here: both numbers, or both texts")
        }
        return Term(
            "\(left.bound(6)) + \(right.bound(7))", left.kind == right.kind ? left.kind : .unknown, power: 6)
    }

    private mutating func difference(_ left: Term, _ right: Term) throws(Untranslatable) -> Term {
        if left.kind == .moment, right.kind == .moment {
            // Milliseconds, as JavaScript counts them.
            return Term("(\(left.bound(6)) - \(right.bound(7))).getMilliseconds()", .whole)
        }
        return try product("-", left, right, power: 6)
    }

    private mutating func product(
        _ sign: String, _ left: Term, _ right: Term, power: Int = 7
    ) throws(Untranslatable) -> Term {
        for term in [left, right] where [.moment, .list, .map, .bool, .null, .span].contains(term.kind) {
            throw Untranslatable("`\(sign)` needs two numbers here")
        }
        if left.kind == .whole, right.kind == .whole {
            return Term("\(left.bound(power)) \(sign) \(right.bound(power + 1))", .whole, power: power)
        }
        guard sign != "%" else {
            let (left, right) = (whole(left), whole(right))
            return Term("\(left.bound(power)) % \(right.bound(power + 1))", .whole, power: power)
        }
        return Term(
            "\(fraction(left).bound(power)) \(sign) \(fraction(right).bound(power + 1))", .fraction, power: power)
    }

    func whole(_ term: Term) -> Term { term.kind == .whole ? term : .function("int", [term], .whole) }
}
