import PatchbayCore

/// Operators and what makes lists, maps and messages.
extension Checker {
    /// The result of the signatures that take such types: `dyn` when several do and differ.
    mutating func resolve(_ signatures: [Signature], _ types: [ValueType]) -> ValueType? {
        var result: ValueType?
        for signature in signatures { resolve(signature, types, &result) }
        return result
    }

    /// The same of functions.
    mutating func resolve(_ overloads: [Overload], _ types: [ValueType]) -> ValueType? {
        var result: ValueType?
        for overload in overloads where overload.takes(count: types.count) {
            resolve(overload.signature(count: types.count), types, &result)
        }
        return result
    }

    private mutating func resolve(_ signature: Signature, _ types: [ValueType], _ result: inout ValueType?) {
        guard let found = unification.result(of: signature, for: types) else { return }
        if let known = result, known != .dyn, known != found { result = .dyn } else { result = result ?? found }
    }

    mutating func apply(
        _ signatures: [Signature], _ symbol: String, _ types: [ValueType], _ expression: Expression
    ) -> ValueType {
        if let result = resolve(signatures, types) { return result }
        let shown = types.map { unification.resolved($0, unknownIsDyn: true) }
        let list = shown.map(\.shown).joined(separator: " and ")
        return fail("\(symbol) does not take \(list)", hint: hint(symbol, shown), at: expression.offset)
    }

    /// As the evaluation says it of values.
    private func hint(_ symbol: String, _ types: [ValueType]) -> String? {
        if types.count == 1 { return symbol == "-" ? "it takes an int or a double" : nil }
        switch (types[0], types[1]) {
        case _ where symbol.hasPrefix("["): return nil
        case (.string, _), (_, .string): return symbol == "+" ? "turn the other side into text with string(…)" : nil
        case (.double, .int), (.double, .uint), (.int, .double), (.uint, .double):
            return symbol == "%" ? "% takes whole numbers" : "turn both sides into doubles with double(…)"
        case (.int, .uint), (.uint, .int): return "turn both sides into ints with int(…)"
        case (.null, _), (_, .null): return "ask with == null first"
        default: return nil
        }
    }

    mutating func binary(
        _ symbol: BinaryOperator, _ left: ValueType, _ right: ValueType, _ expression: Expression
    ) -> ValueType {
        let isEquality = symbol == .equal || symbol == .notEqual
        if strictness == .lenient, isEquality { return .bool }
        if strictness == .lenient, symbol == .in { return membership(right, expression) }
        return apply(Signature.of(symbol), symbol.rawValue, [left, right], expression)
    }

    /// `x in y` of any x: what is of another type is not in there.
    private mutating func membership(_ container: ValueType, _ expression: Expression) -> ValueType {
        let container = unification.resolved(container, unknownIsDyn: true)
        switch container {
        case .list, .map, .object, .dyn, .wrapper, .optional: return .bool
        default:
            let hint = container == .string ? "write text.contains(part)" : "it takes a list or a map"
            return fail("in does not take \(container.shown)", hint: hint, at: expression.offset)
        }
    }

    mutating func condition(_ expression: Expression, of symbol: String) {
        let found = type(of: expression)
        guard !unification.fits(found, .bool) else { return }
        let shown = unification.resolved(found, unknownIsDyn: true).shown
        _ = fail(
            "\(symbol) does not take \(shown)", hint: "it takes true or false; write a comparison",
            at: expression.offset)
    }

    mutating func conditional(
        _ condition: Expression, _ yes: Expression, _ no: Expression, _ expression: Expression
    ) -> ValueType {
        self.condition(condition, of: "?:")
        let (first, second) = (type(of: yes), type(of: no))
        if let joined = unification.joined(first, second) { return joined }
        if strictness == .lenient { return .dyn }
        let shown = [first, second].map { unification.resolved($0, unknownIsDyn: true).shown }
        return fail(
            "?: gives \(shown[0]) or \(shown[1])", hint: "both sides must be of one type; dyn(…) hides it",
            at: expression.offset)
    }

    mutating func list(_ elements: [Expression.Element]) -> ValueType {
        var joined: ValueType?
        for element in elements {
            let found = content(type(of: element.value), isOptional: element.isOptional, element.value)
            joined = joined.map { unification.joined($0, found) ?? .dyn } ?? found
        }
        return .list(joined ?? unification.unknown())
    }

    mutating func map(_ entries: [Expression.Entry]) -> ValueType {
        var (keys, values): (ValueType?, ValueType?)
        for entry in entries {
            let key = type(of: entry.key)
            keys = keys.map { unification.joined($0, key) ?? .dyn } ?? key
            let value = content(type(of: entry.value), isOptional: entry.isOptional, entry.value)
            values = values.map { unification.joined($0, value) ?? .dyn } ?? value
        }
        return .map(keys ?? unification.unknown(), values ?? unification.unknown())
    }

    /// Of `?x` what is in the optional x.
    private mutating func content(_ type: ValueType, isOptional: Bool, _ expression: Expression) -> ValueType {
        guard isOptional else { return type }
        switch unification.resolved(type) {
        case .optional(let inner): return inner
        case .dyn: return .dyn
        case let other:
            return fail(
                "? does not take \(other.shown)", hint: "it takes an optional, such as optional.of(x) or a.?b",
                at: expression.offset)
        }
    }

    mutating func message(_ name: String, _ fields: [Expression.Field], _ expression: Expression) -> ValueType {
        let isAbsolute = name.hasPrefix(".")
        let plain = isAbsolute ? String(name.dropFirst()) : name
        guard let message = container.first(plain, isAbsolute: isAbsolute, { WellKnownMessage(name: $0) }) else {
            for field in fields { _ = type(of: field.value) }
            return failName(Fault(.unknownName, "there is no message \(plain.quoted)", at: expression.offset))
        }
        for field in fields {
            let found = content(type(of: field.value), isOptional: field.isOptional, field.value)
            guard let declared = message.fields.first(where: { $0.name == field.name })?.type else {
                _ = failName(
                    Fault(
                        .unknownName, "\(message.rawValue) has no field \(field.name.quoted)",
                        at: field.range.lowerBound))
                continue
            }
            guard !unification.fits(found, declared) else { continue }
            let shown = unification.resolved(found, unknownIsDyn: true).shown
            _ = fail("the field \(field.name.quoted) does not take \(shown)", at: field.value.offset)
        }
        return message.type
    }
}
