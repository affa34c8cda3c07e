/// What is known of type parameters while an expression is checked, and the rules by which types fit each other, as CEL's
/// definition (https://github.com/google/cel-spec/blob/master/doc/langdef.md#gradual-type-checking) and its
/// implementations have them.
struct Unification {
    private var bindings: [String: ValueType] = [:]
    private var fresh = 0

    /// A type that nothing is known of yet.
    mutating func unknown() -> ValueType {
        fresh += 1
        return .parameter("#\(fresh)")
    }

    /// What a function or an operator gives for values of these types; nil when it does not take them.
    mutating func result(of signature: Signature, for types: [ValueType]) -> ValueType? {
        guard types.count == signature.parameters.count else { return nil }
        for index in types.indices where types[index].isApart(from: signature.parameters[index]) { return nil }
        guard signature.isGeneric else { return fits(types, signature.parameters) ? signature.result : nil }
        var names: [(name: String, type: ValueType)] = []
        let declared = signature.parameters.map { instance(of: $0, &names) }
        guard fits(types, declared) else { return nil }
        return resolved(instance(of: signature.result, &names))
    }

    /// A type of a declaration, with parameters of their own for this use.
    private mutating func instance(
        of type: ValueType, _ names: inout [(name: String, type: ValueType)]
    ) -> ValueType {
        type.mapParameters { name in
            if let known = names.first(where: { $0.name == name }) { return known.type }
            let new = unknown()
            names.append((name, new))
            return new
        }
    }

    /// With what is known of its parameters; what is not known stays a parameter, or is `dyn`.
    func resolved(_ type: ValueType, unknownIsDyn: Bool = false) -> ValueType {
        guard type.hasParameters, unknownIsDyn || !bindings.isEmpty else { return type }
        return type.mapParameters { name in
            if let bound = bindings[name] { return resolved(bound, unknownIsDyn: unknownIsDyn) }
            return unknownIsDyn ? .dyn : .parameter(name)
        }
    }

    /// Whether values of the one type may stand where the other is declared. What this teaches of parameters is kept only
    /// when all of them may.
    mutating func fits(_ types: [ValueType], _ declared: [ValueType]) -> Bool {
        guard types.count == declared.count else { return false }
        let before = bindings
        for index in types.indices where !fit(types[index], declared[index]) {
            bindings = before
            return false
        }
        return true
    }

    mutating func fits(_ type: ValueType, _ declared: ValueType) -> Bool {
        let before = bindings
        if fit(type, declared) { return true }
        bindings = before
        return false
    }

    /// The type of what is either; nil when they do not fit.
    mutating func joined(_ a: ValueType, _ b: ValueType) -> ValueType? {
        fits(a, b) ? Self.moreGeneral(resolved(a), resolved(b)) : nil
    }

    // MARK: Rules

    private mutating func fit(_ a: ValueType, _ b: ValueType) -> Bool {
        if case .parameter(let name) = b {
            switch bind(name, to: a) {
            case .fits: return true
            case .conflict: return false
            case .circular: break
            }
        }
        if case .parameter(let name) = a { return bind(name, to: b) == .fits }
        switch (a, b) {
        case (.dyn, _), (_, .dyn): return true
        case (.null, _): return b.takesNull
        case (_, .null): return a.takesNull
        case (.wrapper(let a), .wrapper(let b)), (.wrapper(let a), let b), (let a, .wrapper(let b)): return fit(a, b)
        case (.list(let a), .list(let b)): return fit(a, b)
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            return fit(key, otherKey) && fit(value, otherValue)
        case (.object, .object): return true
        case (.object(let object), .map): return fit(object.map, b)
        case (.map, .object(let object)): return fit(a, object.map)
        case (.type, .type): return true
        case (.optional(let a), .optional(let b)): return fit(a, b)
        case (.opaque(let name, let parameters), .opaque(let other, let others)):
            return name == other && parameters.count == others.count
                && zip(parameters, others).allSatisfy { fit($0, $1) }
        default: return a == b
        }
    }

    private enum Bound {
        case fits
        /// The parameter stands for a type that does not fit.
        case conflict
        /// The parameter stands in the type itself.
        case circular
    }

    private mutating func bind(_ name: String, to type: ValueType) -> Bound {
        if type == .parameter(name) { return .fits }
        guard let known = bindings[name] else {
            guard !mentions(name, in: type) else { return .circular }
            bindings[name] = type
            return .fits
        }
        if type == known { return .fits }
        guard fit(type, known) else { return .conflict }
        let general = Self.moreGeneral(type, known)
        if !mentions(name, in: general) { bindings[name] = general }
        return .fits
    }

    private func mentions(_ name: String, in type: ValueType) -> Bool {
        var isFound = false
        _ = type.mapParameters { other in
            if other == name {
                isFound = true
            } else if let bound = bindings[other], !isFound {
                isFound = mentions(name, in: bound)
            }
            return .parameter(other)
        }
        return isFound
    }

    /// Of two types that fit each other the one that says less.
    static func moreGeneral(_ a: ValueType, _ b: ValueType) -> ValueType {
        switch (a, b) {
        // What may be null stays so.
        case (.null, _) where b != .dyn: return b
        case (_, .null) where a != .dyn: return a
        case (.wrapper, .wrapper), (.wrapper, .dyn), (.dyn, .wrapper): break
        case (.wrapper, _): return a
        case (_, .wrapper): return b
        case (.object(let one), .object(let other)): return one == other ? a : one.map
        case (.object(let object), .map): return moreGeneral(object.map, b)
        case (.map, .object(let object)): return moreGeneral(a, object.map)
        default: break
        }
        return a.saysNoMore(than: b) ? a : b
    }
}

extension ValueType {
    /// With other types for parameters.
    fileprivate func mapParameters(_ body: (String) -> ValueType) -> ValueType {
        switch self {
        case .parameter(let name): body(name)
        case .list(let element): .list(element.mapParameters(body))
        case .map(let key, let value): .map(key.mapParameters(body), value.mapParameters(body))
        case .type(let type): .type(type.mapParameters(body))
        case .optional(let type): .optional(type.mapParameters(body))
        case .wrapper(let type): .wrapper(type.mapParameters(body))
        case .opaque(let name, let parameters): .opaque(name, parameters.map { $0.mapParameters(body) })
        // The types in an object have none.
        default: self
        }
    }

    /// Whether there is a type parameter in it.
    var hasParameters: Bool {
        switch self {
        case .parameter: true
        case .list(let type), .type(let type), .optional(let type), .wrapper(let type): type.hasParameters
        case .map(let key, let value): key.hasParameters || value.hasParameters
        case .opaque(_, let parameters): parameters.contains(where: \.hasParameters)
        default: false
        }
    }

    /// Whether they cannot fit, whatever is learned of what is inside; most overloads are told apart by that.
    fileprivate func isApart(from other: ValueType) -> Bool {
        let (own, others) = (form, other.form)
        return own != others && own != 0 && others != 0
    }

    /// The same number for types that may fit each other; zero for those that may fit others too.
    private var form: Int {
        switch self {
        case .bool: 1
        case .int: 2
        case .uint: 3
        case .double: 4
        case .string: 5
        case .bytes: 6
        case .timestamp: 7
        case .duration: 8
        case .list: 9
        case .map, .object: 10
        case .type: 11
        case .dyn, .null, .optional, .wrapper, .opaque, .parameter: 0
        }
    }

    /// Messages and opaque values could always be null in CEL.
    fileprivate var takesNull: Bool {
        switch self {
        case .wrapper, .null, .optional, .opaque, .timestamp, .duration: true
        default: false
        }
    }

    /// Equal, or with `dyn` or a parameter where the other has something.
    fileprivate func saysNoMore(than other: ValueType) -> Bool {
        switch (self, other) {
        case (.dyn, _), (.parameter, _): true
        case (_, .dyn), (_, .parameter): false
        case (.list(let a), .list(let b)), (.optional(let a), .optional(let b)), (.wrapper(let a), .wrapper(let b)):
            a.saysNoMore(than: b)
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            key.saysNoMore(than: otherKey) && value.saysNoMore(than: otherValue)
        case (.type, .type): true
        case (.opaque(let name, let parameters), .opaque(let otherName, let others)):
            name == otherName && parameters.count == others.count
                && zip(parameters, others).allSatisfy { $0.saysNoMore(than: $1) }
        default: self == other
        }
    }
}
