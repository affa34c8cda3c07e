/// Finds the types of parts of an expression, with the variables of the macros around them.
struct PartTypes {
    let names: KnownNames
    let limits: ExpressionLimits
    /// The innermost last.
    var locals: [(name: String, type: ValueType)] = []

    /// As it was written. Nil where it is not whole.
    func expression(_ source: ArraySlice<UInt8>) -> Expression? {
        try? Parser.parse(Array(source), dialect: .templates, limits: limits)
    }

    /// `dyn` where nothing is known.
    func type(of expression: Expression?) -> ValueType {
        guard let expression else { return .dyn }
        var sugar = Sugar()
        guard let tree = try? Macros.expand(sugar.expression(expression)) else { return .dyn }
        var checker = Checker(
            WorkflowVocabulary(names: SharedNames(names)), library: .templates, strictness: .lenient
        ) { vocabulary, number in
            vocabulary.shared.names.type(of: vocabulary.slots[number])
        }
        return checker.scoped(locals) { $0.check(tree) }
    }

    func type(of source: ArraySlice<UInt8>) -> ValueType { type(of: expression(source)) }

    func isLocal(_ name: String) -> Bool { locals.contains { $0.name == name } }

    /// The names that lead to a value from its root on, where they are all written out and the root is no macro's variable.
    func path(of expression: Expression?) -> [String]? {
        var chain: [Expression] = []
        guard let path = expression?.namePath(&chain), path.computedIndex == nil, !isLocal(path.parts[0].name) else {
            return nil
        }
        return path.parts.map(\.name)
    }
}
