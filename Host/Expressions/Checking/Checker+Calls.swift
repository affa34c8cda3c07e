import PatchbayCore

/// Calls of functions, and macros.
extension Checker {
    mutating func call(
        _ name: String, _ arguments: [Expression], isAbsolute: Bool, _ expression: Expression
    ) -> ValueType {
        guard let overloads = globals(name, isAbsolute: isAbsolute) else {
            for argument in arguments { _ = type(of: argument) }
            return failName(Fault(.unknownName, "unknown function \(name.quoted)", at: expression.offset))
        }
        return call(overloads, arguments, expression)
    }

    /// As the compiler has it: a function with a qualified name where there is one and no local name hides it.
    mutating func call(
        _ name: String, of target: Expression, _ arguments: [Expression], _ expression: Expression
    ) -> ValueType {
        if let qualified = qualified(target),
            let found = globals(qualified.name + "." + name, isAbsolute: qualified.isAbsolute)
        {
            return call(found, arguments, expression)
        }
        let overloads = library.overloads(name, .receiver)
        guard !overloads.isEmpty else {
            for argument in [target] + arguments { _ = type(of: argument) }
            return failName(Fault(.unknownName, "unknown function \(name.quoted)", at: expression.offset))
        }
        return call(overloads, [target] + arguments, expression)
    }

    private func globals(_ name: String, isAbsolute: Bool) -> [Overload]? {
        container.first(name, isAbsolute: isAbsolute) { candidate in
            let overloads = library.overloads(candidate, .global)
            return overloads.isEmpty ? nil : overloads
        }
    }

    private func qualified(_ target: Expression) -> (name: String, isAbsolute: Bool)? {
        switch target.node {
        case .identifier(let name, let isAbsolute):
            return isAbsolute || local(name) == nil ? (name, isAbsolute) : nil
        case .select(let base, let name):
            return qualified(base).map { ($0.name + "." + name, $0.isAbsolute) }
        default: return nil
        }
    }

    private mutating func call(
        _ overloads: [Overload], _ arguments: [Expression], _ expression: Expression
    ) -> ValueType {
        var types: [ValueType] = []
        types.reserveCapacity(arguments.count)
        for argument in arguments { types.append(type(of: argument)) }
        guard overloads.contains(where: { $0.takes(count: types.count) }) else {
            return failName(
                Fault(
                    .type, "\(overloads[0].name) does not take so many values", hint: Overload.hint(overloads),
                    at: expression.offset))
        }
        if let result = resolve(overloads, types) { return result }
        let shown = types.map { unification.resolved($0, unknownIsDyn: true).shown }.joined(separator: " and ")
        return fail(
            "\(overloads[0].name) does not take \(shown)", hint: Overload.hint(overloads), at: expression.offset)
    }

    // MARK: Macros

    mutating func comprehension(_ comprehension: Comprehension, _ expression: Expression) -> ValueType {
        let range = unification.resolved(type(of: comprehension.range))
        guard let (first, second) = elements(of: range, isPair: comprehension.variables.count == 2) else {
            return fail(
                "\(comprehension.name) does not go over \(range.shown)", hint: "it takes a list or a map",
                at: expression.offset)
        }
        let names = Array(zip(comprehension.variables, [first, second]).map { (name: $0, type: $1) })
        return scoped(names) { checker in
            if let condition = comprehension.condition { checker.condition(condition, of: comprehension.name) }
            let result = comprehension.result.map { checker.type(of: $0) } ?? .dyn
            switch comprehension.kind {
            case .all, .exists, .existsOne: return .bool
            case .filter, .sortBy: return .list(first)
            case .map: return .list(result)
            case .transformMap: return .map(first, result)
            case .transformMapEntry: return checker.entries(result, comprehension.result ?? expression)
            }
        }
    }

    /// The types of a macro's variables; nil for what it cannot go over. The second counts only in pairs.
    private mutating func elements(of range: ValueType, isPair: Bool) -> (ValueType, ValueType)? {
        guard case .parameter = range else { return range.elements(isPair: isPair) }
        _ = unification.fits(.dyn, range)
        return (.dyn, .dyn)
    }

    private mutating func entries(_ result: ValueType, _ expression: Expression) -> ValueType {
        let map = ValueType.map(unification.unknown(), unification.unknown())
        if unification.fits(result, map) { return unification.resolved(map) }
        let shown = unification.resolved(result, unknownIsDyn: true).shown
        return fail("transformMapEntry does not take \(shown)", hint: "write {key: value}", at: expression.offset)
    }

    mutating func optionalMap(
        _ target: Expression, _ name: String, _ body: Expression, isFlat: Bool, _ expression: Expression
    ) -> ValueType {
        let content = unification.unknown()
        let found = type(of: target)
        guard unification.fits(found, .optional(content)) else {
            let shown = unification.resolved(found, unknownIsDyn: true).shown
            return fail(
                "\(isFlat ? "optFlatMap" : "optMap") does not take \(shown)", hint: "it takes an optional",
                at: expression.offset)
        }
        let inner = unification.resolved(found) == .dyn ? .dyn : unification.resolved(content)
        let result = scoped([(name, inner)]) { $0.type(of: body) }
        guard isFlat else { return .optional(result) }
        let flat = unification.unknown()
        guard unification.fits(result, .optional(flat)) else {
            let shown = unification.resolved(result, unknownIsDyn: true).shown
            return fail("optFlatMap gives \(shown)", hint: "write optMap, or give an optional", at: body.offset)
        }
        return .optional(unification.resolved(flat))
    }
}

extension ValueType {
    /// The types of the variables of a macro that goes over it; nil where none can. The second counts only in pairs.
    func elements(isPair: Bool) -> (ValueType, ValueType)? {
        switch self {
        case .list(let element): isPair ? (.int, element) : (element, .dyn)
        case .map(let key, let value): (key, value)
        case .object: (.string, .dyn)
        case .wrapper(let inner): inner.elements(isPair: isPair)
        case .dyn: (.dyn, .dyn)
        default: nil
        }
    }
}

extension Overload {
    /// For a call with that many values.
    func signature(count: Int) -> Signature {
        guard isVariadic, let last = parameters.last else { return signature }
        let repeated = [ValueType](repeating: last, count: max(0, count - parameters.count))
        return Signature(parameters + repeated, result)
    }
}
