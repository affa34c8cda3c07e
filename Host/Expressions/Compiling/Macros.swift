import PatchbayCore

/// Turns the calls that are macros into nodes of their own: the standard ones
/// (https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros), those of two variables, `cel.bind`,
/// `cel.block`, `optMap`, `optFlatMap` and `sortBy`.
///
/// A call with a macro's name and another number of arguments is a call of a function.
enum Macros {
    static func expand(_ expression: Expression) throws(Fault) -> Expression {
        var expanded = expression
        switch expression.node {
        case .literal, .identifier: return expression
        case .select(let base, let name): expanded.node = .select(try expand(base), name)
        case .optionalSelect(let base, let name): expanded.node = .optionalSelect(try expand(base), name)
        case .has(let base, let name): expanded.node = .has(try expand(base), name)
        case .index(let base, let index): expanded.node = .index(try expand(base), try expand(index))
        case .optionalIndex(let base, let index): expanded.node = .optionalIndex(try expand(base), try expand(index))
        case .call(let name, let arguments, let isAbsolute):
            if let node = try macro(name, arguments, expression) { return node }
            expanded.node = .call(name, try expand(arguments), isAbsolute: isAbsolute)
        case .receiverCall(let target, let name, let arguments):
            if let node = try macro(name, of: target, arguments, expression) { return node }
            expanded.node = .receiverCall(try expand(target), name, try expand(arguments))
        case .not(let operand): expanded.node = .not(try expand(operand))
        case .negate(let operand): expanded.node = .negate(try expand(operand))
        case .binary(let symbol, let left, let right):
            expanded.node = .binary(symbol, try expand(left), try expand(right))
        case .all(let terms): expanded.node = .all(try expand(terms))
        case .any(let terms): expanded.node = .any(try expand(terms))
        case .conditional(let condition, let yes, let no):
            expanded.node = .conditional(try expand(condition), try expand(yes), try expand(no))
        case .list(var elements):
            for index in elements.indices { elements[index].value = try expand(elements[index].value) }
            expanded.node = .list(elements)
        case .map(var entries):
            for index in entries.indices {
                entries[index].key = try expand(entries[index].key)
                entries[index].value = try expand(entries[index].value)
            }
            expanded.node = .map(entries)
        case .message(let name, var fields):
            for index in fields.indices { fields[index].value = try expand(fields[index].value) }
            expanded.node = .message(name, fields)
        case .comprehension(var comprehension):
            comprehension.range = try expand(comprehension.range)
            comprehension.condition = try comprehension.condition.map { value throws(Fault) in try expand(value) }
            comprehension.result = try comprehension.result.map { value throws(Fault) in try expand(value) }
            expanded.node = .comprehension(comprehension)
        case .bind(let name, let value, let body): expanded.node = .bind(name, try expand(value), try expand(body))
        case .block(let elements, let body): expanded.node = .block(try expand(elements), try expand(body))
        case .optionalMap(let target, let name, let body, let isFlat):
            expanded.node = .optionalMap(try expand(target), name, try expand(body), isFlat: isFlat)
        case .lambda(let parameters, let body): expanded.node = .lambda(parameters, try expand(body))
        }
        return expanded
    }

    private static func expand(_ expressions: [Expression]) throws(Fault) -> [Expression] {
        var expanded: [Expression] = []
        expanded.reserveCapacity(expressions.count)
        for expression in expressions { expanded.append(try expand(expression)) }
        return expanded
    }

    // MARK: Global macros

    private static func macro(
        _ name: String, _ arguments: [Expression], _ call: Expression
    ) throws(Fault) -> Expression? {
        guard name == "has", arguments.count == 1 else { return nil }
        guard case .select(let base, let member) = arguments[0].node else {
            throw Fault(
                .syntax, "has takes a member, such as has(trigger.body.user)",
                hint: "for other keys write \"key\" in map", at: call.offset)
        }
        var has = call
        has.node = .has(try expand(base), member)
        has.place = arguments[0].place
        return has
    }

    // MARK: Macros of a receiver

    private static func macro(
        _ name: String, of target: Expression, _ arguments: [Expression], _ call: Expression
    ) throws(Fault) -> Expression? {
        if case .identifier("cel", _) = target.node { return try binding(name, arguments, call) }
        var expanded = call
        switch (name, arguments.count) {
        case ("optMap", 2), ("optFlatMap", 2):
            let variable = try variable(arguments[0], of: name)
            expanded.node = .optionalMap(
                try expand(target), variable, try expand(arguments[1]), isFlat: name == "optFlatMap")
            return expanded
        default:
            guard let form = Form(name, arguments.count) else { return nil }
            var comprehension = Comprehension(
                kind: form.kind, name: name, range: try expand(target), variables: [], condition: nil, result: nil)
            for argument in arguments.prefix(form.variables) {
                comprehension.variables.append(try variable(argument, of: name))
            }
            if form.variables == 2, comprehension.variables[0] == comprehension.variables[1] {
                throw Fault(.syntax, "\(name) takes two names that differ", at: arguments[1].offset)
            }
            var rest = arguments.dropFirst(form.variables)
            if form.hasCondition { comprehension.condition = try expand(rest.removeFirst()) }
            comprehension.result = try rest.first.map { result throws(Fault) in try expand(result) }
            expanded.node = .comprehension(comprehension)
            return expanded
        }
    }

    /// What a comprehension's arguments are.
    private struct Form {
        let kind: Comprehension.Kind
        let variables: Int
        let hasCondition: Bool

        init?(_ name: String, _ arguments: Int) {
            switch (name, arguments) {
            case ("all", 2): (kind, variables, hasCondition) = (.all, 1, true)
            case ("all", 3): (kind, variables, hasCondition) = (.all, 2, true)
            case ("exists", 2): (kind, variables, hasCondition) = (.exists, 1, true)
            case ("exists", 3): (kind, variables, hasCondition) = (.exists, 2, true)
            case ("exists_one", 2), ("existsOne", 2): (kind, variables, hasCondition) = (.existsOne, 1, true)
            case ("exists_one", 3), ("existsOne", 3): (kind, variables, hasCondition) = (.existsOne, 2, true)
            case ("filter", 2): (kind, variables, hasCondition) = (.filter, 1, true)
            case ("map", 2): (kind, variables, hasCondition) = (.map, 1, false)
            case ("map", 3): (kind, variables, hasCondition) = (.map, 1, true)
            case ("transformList", 3): (kind, variables, hasCondition) = (.map, 2, false)
            case ("transformList", 4): (kind, variables, hasCondition) = (.map, 2, true)
            case ("transformMap", 3): (kind, variables, hasCondition) = (.transformMap, 2, false)
            case ("transformMap", 4): (kind, variables, hasCondition) = (.transformMap, 2, true)
            case ("transformMapEntry", 3): (kind, variables, hasCondition) = (.transformMapEntry, 2, false)
            case ("transformMapEntry", 4): (kind, variables, hasCondition) = (.transformMapEntry, 2, true)
            case ("sortBy", 2): (kind, variables, hasCondition) = (.sortBy, 1, false)
            default: return nil
            }
        }
    }

    // MARK: cel.bind and cel.block

    private static func binding(
        _ name: String, _ arguments: [Expression], _ call: Expression
    ) throws(Fault) -> Expression? {
        var expanded = call
        switch (name, arguments.count) {
        case ("bind", 3):
            let variable = try variable(arguments[0], of: "cel.bind")
            expanded.node = .bind(variable, try expand(arguments[1]), try expand(arguments[2]))
        case ("block", 2):
            guard case .list(let elements) = arguments[0].node, !elements.contains(where: \.isOptional) else {
                throw Fault(.syntax, "cel.block takes a list of values first", at: arguments[0].offset)
            }
            expanded.node = .block(try expand(elements.map(\.value)), try expand(arguments[1]))
        case ("index", 1), ("iterVar", 2):
            expanded.node = .identifier(try madeUp(name, arguments, call), isAbsolute: false)
        default: return nil
        }
        return expanded
    }

    /// The names that `cel.index(0)` and `cel.iterVar(0, 1)` stand for; no text can write them.
    private static func madeUp(
        _ name: String, _ arguments: [Expression], _ call: Expression
    ) throws(Fault) -> String {
        var made = "@" + name
        for argument in arguments {
            guard case .literal(.int(let number)) = argument.node, number >= 0 else {
                throw Fault(.syntax, "cel.\(name) takes whole numbers that are written out", at: argument.offset)
            }
            made += name == "index" ? "\(number)" : ":\(number)"
        }
        return made
    }

    /// The name that a macro gives to its elements.
    private static func variable(_ expression: Expression, of macro: String) throws(Fault) -> String {
        switch expression.node {
        case .identifier(let name, isAbsolute: false): return name
        case .receiverCall(let target, "iterVar", let arguments) where arguments.count == 2:
            if case .identifier("cel", _) = target.node { return try madeUp("iterVar", arguments, expression) }
        default: break
        }
        throw Fault(
            .syntax, "\(macro) takes a name for the elements here", hint: "such as items.\(macro)(item, …)",
            at: expression.offset)
    }
}
