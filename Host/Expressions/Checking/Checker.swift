import PatchbayCore

/// Finds the type of an expression, after macros, and what can be known to fail whatever the data is.
///
/// The types of names come from the same vocabulary that the compiler asks. What has no meaning there, and functions that
/// do not exist, are told in `nameFaults`, for whoever compiles too has them from there; `faults` is about types.
struct Checker<Names: Vocabulary> {
    /// How much is let pass that CEL's own check refuses, though it may well work in a run.
    enum Strictness {
        /// As CEL's definition has it.
        case definition
        /// `c ? "a" : 1` is of any type; everything may be compared with everything by `==`, and asked for with `in`; a
        /// map is asked for keys of any type.
        case lenient
    }

    private(set) var vocabulary: Names
    let library: Library
    let container: Container
    let strictness: Strictness
    /// The type of a variable by its number in the vocabulary.
    private let types: (Names, Int) -> ValueType
    var unification = Unification()
    private(set) var faults: [Fault] = []
    private(set) var nameFaults: [Fault] = []
    private var locals: [(name: String, type: ValueType)] = []

    init(
        _ vocabulary: Names, library: Library = .standard, container: Container = .root,
        strictness: Strictness = .definition, types: @escaping (Names, Int) -> ValueType
    ) {
        self.vocabulary = vocabulary
        self.library = library
        self.container = container
        self.strictness = strictness
        self.types = types
    }

    /// The type of a whole expression; `dyn` for what nothing is known of, and where something is wrong.
    mutating func check(_ expression: Expression) -> ValueType {
        let found = type(of: expression)
        return unification.resolved(found, unknownIsDyn: true)
    }

    mutating func type(of expression: Expression) -> ValueType {
        switch expression.node {
        case .literal(let value): return value.type
        case .identifier, .select, .index: return path(expression)
        case .optionalSelect(let base, let name):
            return optional(member(name, of: type(of: base), expression))
        case .optionalIndex(let base, let index):
            let base = type(of: base)
            if case .literal(.string(let name)) = index.node, base.object != nil {
                return optional(member(name, of: base, expression))
            }
            return apply(Signature.optionalIndex, "[?]", [base, type(of: index)], expression)
        case .has(let base, let name):
            return has(base, name, expression)
        case .call(let name, let arguments, let isAbsolute):
            return call(name, arguments, isAbsolute: isAbsolute, expression)
        case .receiverCall(let target, let name, let arguments): return call(name, of: target, arguments, expression)
        case .not(let operand):
            condition(operand, of: "!")
            return .bool
        case .negate(let operand): return apply(Signature.negation, "-", [type(of: operand)], expression)
        case .binary(let symbol, let left, let right):
            return binary(symbol, type(of: left), type(of: right), expression)
        case .all(let terms):
            for term in terms { condition(term, of: "&&") }
            return .bool
        case .any(let terms):
            for term in terms { condition(term, of: "||") }
            return .bool
        case .conditional(let condition, let yes, let no): return conditional(condition, yes, no, expression)
        case .list(let elements): return list(elements)
        case .map(let entries): return map(entries)
        case .message(let name, let fields): return message(name, fields, expression)
        case .comprehension(let comprehension): return self.comprehension(comprehension, expression)
        case .bind(let name, let value, let body):
            let value = type(of: value)
            return scoped([(name, value)]) { $0.type(of: body) }
        case .block(let elements, let body): return block(elements, body)
        case .optionalMap(let target, let name, let body, let isFlat):
            return optionalMap(target, name, body, isFlat: isFlat, expression)
        case .lambda: return .dyn
        }
    }

    // MARK: Faults

    mutating func fail(_ message: String, hint: String? = nil, at offset: Int) -> ValueType {
        faults.append(Fault(.type, message, hint: hint, at: offset))
        return .dyn
    }

    mutating func failName(_ fault: Fault) -> ValueType {
        nameFaults.append(fault)
        return .dyn
    }

    // MARK: Names

    func local(_ name: String) -> ValueType? { locals.last { $0.name == name }?.type }

    mutating func meaning(of path: NamePath) -> NameMeaning? { vocabulary.meaning(of: path) }

    func type(ofVariable number: Int) -> ValueType { types(vocabulary, number) }

    mutating func scoped<Answer>(
        _ names: [(name: String, type: ValueType)], _ body: (inout Self) -> Answer
    ) -> Answer {
        locals += names
        defer { locals.removeLast(names.count) }
        return body(&self)
    }

    private mutating func block(_ elements: [Expression], _ body: Expression) -> ValueType {
        let outer = locals.count
        for (index, element) in elements.enumerated() {
            let found = type(of: element)
            locals.append(("@index\(index)", found))
        }
        defer { locals.removeLast(locals.count - outer) }
        return type(of: body)
    }
}
