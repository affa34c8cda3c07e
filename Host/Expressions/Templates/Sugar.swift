import PatchbayCore

/// The spellings that templates take beside CEL's, turned into CEL's own constructs before macros are expanded. None of
/// them is a valid program of CEL, so that no valid program changes its meaning:
///
/// - `items.map(i => i.name)`, `(x, i) => …`: CEL has no arrow.
/// - `x.length` of a list or a text: CEL's lists and texts have no members. Of a map it stays the member.
/// - `$now` is `now()`: CEL's names have no `$`. The other names with one are the vocabulary's.
struct Sugar {
    private(set) var faults: [Fault] = []

    /// The functions that take an arrow, and what they become.
    private enum ArrowFunction: String, CaseIterable {
        case map, filter, all, every, exists, some
        case existsOne = "exists_one"
        case find, flatMap, sortBy

        /// Whether the arrow may have a second variable, the position.
        var takesPosition: Bool { self != .sortBy }
    }

    /// Names whose members are no fields, so that one called `length` is what it says.
    private static let namespaces: Set<String> = [
        "steps", "env", "credentials", "loops", "$node", "$env", "$credentials", "$loops",
    ]

    mutating func expression(_ expression: Expression) -> Expression {
        switch expression.node {
        case .identifier("$now", _): return expression.with(.call("now", [], isAbsolute: true))
        case .select(let base, "length") where !base.isName(in: Self.namespaces):
            return expression.with(.call("@length", [self.expression(base)], isAbsolute: true))
        case .call("has", let arguments, let isAbsolute) where arguments.count == 1:
            // has(x.length) asks for a member.
            guard case .select(let base, "length") = arguments[0].node else { break }
            let member = arguments[0].with(.select(self.expression(base), "length"))
            return expression.with(.call("has", [member], isAbsolute: isAbsolute))
        case .receiverCall(let base, let name, let arguments):
            if arguments.contains(where: \.isLambda) { return arrow(name, base, arguments, expression) }
        case .lambda:
            faults.append(
                Fault(
                    .syntax, "an arrow can only be what a function takes", hint: "write items.map(i => i.name)",
                    at: expression.offset))
            return expression.with(.literal(.null))
        default: break
        }
        return expression.mapChildren { self.expression($0) }
    }

    // MARK: Arrows

    private mutating func arrow(
        _ name: String, _ base: Expression, _ arguments: [Expression], _ call: Expression
    ) -> Expression {
        guard let function = ArrowFunction(rawValue: name) else {
            let names = ArrowFunction.allCases.map(\.rawValue)
            let hint = Suggestion.hint(for: name, among: names, known: "functions that take an arrow are")
            faults.append(Fault(.unknownName, "\(name.quoted) takes no arrow", hint: hint, at: call.offset))
            return call.with(.literal(.null))
        }
        guard arguments.count == 1, case .lambda(let variables, let body) = arguments[0].node, !variables.isEmpty,
            variables.count <= (function.takesPosition ? 2 : 1)
        else {
            let form = function.takesPosition ? "x => … or (x, i) => …" : "x => …"
            faults.append(
                Fault(.type, "\(name) takes one arrow, \(form)", hint: "write \(name)(x => …)", at: call.offset))
            return call.with(.literal(.null))
        }
        let range = expression(base)
        return comprehension(function, over: range, variables, expression(body), call)
    }

    /// CEL puts the position before the element, and arrows put it behind.
    private func comprehension(
        _ function: ArrowFunction, over range: Expression, _ variables: [String], _ body: Expression, _ call: Expression
    ) -> Expression {
        let variables = Array(variables.reversed())
        var comprehension = Comprehension(
            kind: .map, name: function.rawValue, range: range, variables: variables, condition: nil, result: nil)
        switch function {
        case .map, .flatMap: comprehension.result = body
        case .sortBy: (comprehension.kind, comprehension.result) = (.sortBy, body)
        case .all, .every: (comprehension.kind, comprehension.condition) = (.all, body)
        case .exists, .some: (comprehension.kind, comprehension.condition) = (.exists, body)
        case .existsOne: (comprehension.kind, comprehension.condition) = (.existsOne, body)
        case .filter, .find:
            comprehension.condition = body
            if variables.count == 1 {
                comprehension.kind = .filter
            } else {
                comprehension.result = body.with(.identifier(variables[1], isAbsolute: false))
            }
        }
        let result = call.with(.comprehension(comprehension))
        switch function {
        case .find: return call.with(.call("@first", [result], isAbsolute: true))
        case .flatMap: return call.with(.receiverCall(result, "flatten", []))
        default: return result
        }
    }
}

extension Expression {
    /// Whether there is neither sugar nor a macro in it: made of names, members, literals and operators alone.
    var isPlain: Bool {
        switch node {
        case .literal: true
        case .identifier(let name, _): name != "$now"
        case .select(let base, let name): name != "length" && base.isPlain
        case .index(let base, let index): base.isPlain && index.isPlain
        case .not(let operand), .negate(let operand): operand.isPlain
        case .binary(_, let left, let right): left.isPlain && right.isPlain
        case .all(let terms), .any(let terms): terms.allSatisfy(\.isPlain)
        case .conditional(let condition, let yes, let no): condition.isPlain && yes.isPlain && no.isPlain
        default: false
        }
    }

    fileprivate var isLambda: Bool { if case .lambda = node { true } else { false } }

    fileprivate func isName(in names: Set<String>) -> Bool {
        if case .identifier(let name, _) = node { names.contains(name) } else { false }
    }
}
