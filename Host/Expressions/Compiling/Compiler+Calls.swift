import PatchbayCore

/// Calls of functions.
extension Compiler {
    mutating func call(
        _ name: String, _ arguments: [Expression], isAbsolute: Bool, _ expression: Expression
    ) -> any Operation {
        let found = container.first(name, isAbsolute: isAbsolute) { candidate in
            let overloads = library.overloads(candidate, .global)
            return overloads.isEmpty ? nil : overloads
        }
        guard let overloads = found else {
            let hint = library.overloads(name, .receiver).isEmpty ? nil : "write x.\(name)(…)"
            return unknown(name, hint: hint, expression)
        }
        return call(overloads, arguments, expression)
    }

    /// `a.b.f(x)` is a function with a qualified name where there is one and no variable hides it, else a function of
    /// `a.b`.
    mutating func call(
        _ name: String, of target: Expression, _ arguments: [Expression], _ expression: Expression
    ) -> any Operation {
        if let qualified = qualified(target) {
            let found = container.first(qualified.name + "." + name, isAbsolute: qualified.isAbsolute) { candidate in
                let overloads = library.overloads(candidate, .global)
                return overloads.isEmpty ? nil : overloads
            }
            if let found { return call(found, arguments, expression) }
        }
        let overloads = library.overloads(name, .receiver)
        guard !overloads.isEmpty else {
            let hint = library.overloads(name, .global).isEmpty ? nil : "write \(name)(…)"
            return unknown(name, hint: hint, expression)
        }
        return call(overloads, [target] + arguments, expression)
    }

    /// The names of a target that is nothing but names, and whose first is no macro's.
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
    ) -> any Operation {
        let isAsIs = overloads.allSatisfy { $0.takes(count: arguments.count) && !$0.isPreparable }
        let fitting =
            isAsIs
            ? overloads
            : overloads.filter { $0.takes(count: arguments.count) }.map { $0.prepared(for: arguments) }
        guard !fitting.isEmpty else {
            return fail(wrongCount(overloads, arguments.count, expression), expression.range)
        }
        let (name, offset) = (overloads[0].name, expression.offset)
        var operations: [any Operation] = []
        operations.reserveCapacity(arguments.count)
        for argument in arguments { operations.append(operation(argument)) }
        let quick: (any Operation)? =
            switch operations.count {
            case 1: CallOfOne(name, fitting, operations[0], expression.range, offset: offset)
            case 2: CallOfTwo(name, fitting, operations[0], operations[1], expression.range, offset: offset)
            default: nil
            }
        return quick ?? Call(name, fitting, operations, expression.range, offset: offset)
    }

    private func wrongCount(_ overloads: [Overload], _ count: Int, _ expression: Expression) -> Fault {
        let before = overloads[0].style == .receiver ? 1 : 0
        let counts = Set(overloads.map { $0.parameters.count - before }).sorted()
        let wanted = counts.map(String.init).joined(separator: " or ") + (counts == [1] ? " argument" : " arguments")
        return Fault(
            .type, "\(overloads[0].name) takes \(wanted), and this has \(count - before)",
            hint: overloads.count == 1 ? nil : Overload.hint(overloads), at: expression.offset)
    }

    private mutating func unknown(_ name: String, hint: String?, _ expression: Expression) -> any Operation {
        let known = library.names(.global) + library.names(.receiver) + ["has", "all", "exists", "filter", "map"]
        return fail(
            Fault(
                .unknownName, "unknown function \(name.quoted)",
                hint: hint ?? Suggestion.nearest(to: name, among: known).map { "did you mean \($0.quoted)?" },
                at: expression.offset), expression.range)
    }
}
