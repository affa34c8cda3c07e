import PatchbayCore

/// Names and members.
extension Checker {
    mutating func path(_ expression: Expression) -> ValueType {
        var chain: [Expression] = []
        guard let path = expression.namePath(&chain) else { return member(of: expression) }
        if !path.isAbsolute, let type = local(path.parts[0].name) { return members(of: type, chain.dropFirst()) }
        if let meaning = meaning(of: path) {
            return members(of: type(of: meaning), chain.dropFirst(meaning.count))
        }
        if let (value, count) = library.constant(path, in: container) {
            return members(of: value.type, chain.dropFirst(count))
        }
        return failName(vocabulary.unknown(path))
    }

    private mutating func type(of meaning: NameMeaning) -> ValueType {
        switch meaning.meaning {
        case .variable(let number, _, _): type(ofVariable: number)
        case .value(let value): value.type
        case .failure(let fault): failName(fault)
        }
    }

    private mutating func members(of base: ValueType, _ chain: ArraySlice<Expression>) -> ValueType {
        var type = base
        for expression in chain {
            switch expression.node {
            case .select(_, let name): type = member(name, of: type, expression)
            case .index(_, let index): type = element(of: type, index, expression)
            default: preconditionFailure("a path has names and members only")
            }
        }
        return type
    }

    /// A member of something that is no name.
    private mutating func member(of expression: Expression) -> ValueType {
        switch expression.node {
        case .select(let base, let name): return member(name, of: type(of: base), expression)
        case .index(let base, let index): return element(of: type(of: base), index, expression)
        default: preconditionFailure("an identifier is a path")
        }
    }

    mutating func element(of base: ValueType, _ index: Expression, _ expression: Expression) -> ValueType {
        if case .literal(.string(let name)) = index.node, base.object != nil {
            return member(name, of: base, expression)
        }
        let (base, key) = (unification.resolved(base), type(of: index))
        // Keys are found by value: 2.0 is the key 2u.
        if strictness == .lenient, case .map(_, let value) = base { return value }
        return apply(Signature.index, "[]", [base, key], expression)
    }

    /// `a.b`; of an optional it is an optional.
    mutating func member(_ name: String, of base: ValueType, _ expression: Expression) -> ValueType {
        let base = unification.resolved(base)
        switch base {
        case .optional(let inner): return optional(member(name, of: inner, expression))
        case .wrapper(let inner): return member(name, of: inner, expression)
        case .object(let object):
            if let known = object.members[name]?.type ?? object.others { return known }
            let hint = Suggestion.hint(for: name, among: object.members.keys.sorted(), known: "it has")
            return fail("\(name.quoted) is not in \(object.origin)", hint: hint, at: expression.offset)
        case .map(let key, let value):
            guard unification.fits(.string, key) else {
                return fail("\(base) has no members with names", hint: "write [key]", at: expression.offset)
            }
            return value
        case .parameter:
            // Nothing must be learned from it later on.
            _ = unification.fits(.dyn, base)
            return .dyn
        case .dyn: return .dyn
        default: return fail("\(base.shown) has no members, and so no \(name.quoted)", at: expression.offset)
        }
    }

    func optional(_ type: ValueType) -> ValueType {
        if case .optional = type { type } else { .optional(type) }
    }

    mutating func has(_ base: Expression, _ name: String, _ expression: Expression) -> ValueType {
        var asked = expression
        asked.node = .select(base, name)
        var chain: [Expression] = []
        // What is asked for may mean something as a whole, and then it is no member.
        if var path = asked.namePath(&chain), path.isAbsolute || local(path.parts[0].name) == nil {
            path.isTested = true
            if let meaning = meaning(of: path), meaning.count == path.parts.count {
                if case .failure(let fault) = meaning.meaning { _ = failName(fault) }
                return .bool
            }
        }
        _ = member(name, of: type(of: base), expression)
        return .bool
    }
}

extension Library {
    /// The longest beginning of a path that is a constant's name, such as a type's, and how many parts it has.
    func constant(_ path: NamePath, in container: Container) -> (value: Value, count: Int)? {
        var count = path.parts.firstIndex(where: \.isIndex) ?? path.parts.count
        while count > 0 {
            let name = path.parts[..<count].map(\.name).joined(separator: ".")
            if let found = container.first(name, isAbsolute: path.isAbsolute, { constants[$0] }) {
                return (found, count)
            }
            count -= 1
        }
        return nil
    }
}

extension ValueType {
    /// The object that it is, or may be.
    var object: ObjectType? {
        switch self {
        case .object(let object): object
        case .wrapper(let inner), .optional(let inner): inner.object
        default: nil
        }
    }

    /// As messages name it.
    var shown: String {
        switch self {
        case .object(let object): object.origin
        case .int, .opaque: "an \(self)"
        case .null, .dyn, .bytes: description
        case .timestamp, .duration: "a \(shortName)"
        case .list: "a list"
        case .map: "a map"
        default: "a \(self)"
        }
    }
}
