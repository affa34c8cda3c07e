/// Compiles the expressions of one template, and gathers what is wrong with them.
struct TemplateCompilation {
    private(set) var vocabulary: WorkflowVocabulary
    private(set) var faults: [Fault] = []
    private let source: [UInt8]
    private let takesSecret: Bool

    init(names: KnownNames, source: [UInt8], takesSecret: Bool) {
        vocabulary = WorkflowVocabulary(names: names)
        self.source = source
        self.takesSecret = takesSecret
    }

    /// Where `faults` grew, the program is of no use.
    mutating func program(_ expression: Expression) -> Program {
        let tree = tree(expression)
        let known = vocabulary.credentials.count
        var compiler = Compiler(vocabulary, library: .templates)
        let root = compiler.operation(tree)
        vocabulary = compiler.vocabulary
        faults += compiler.faults
        let allowed = takesSecret ? SecretPlaces.offsets(in: tree) : []
        for (name, offset) in vocabulary.credentials.dropFirst(known) where !allowed.contains(offset) {
            faults.append(SecretPlaces.refusal(name, at: offset))
        }
        return compiler.program(root, source: source)
    }

    /// Without sugar and with macros expanded.
    private mutating func tree(_ expression: Expression) -> Expression {
        var sugar = Sugar()
        let plain = sugar.expression(expression)
        faults += sugar.faults
        do throws(Fault) {
            return try Macros.expand(plain)
        } catch {
            faults.append(error)
            return expression.with(.literal(.null))
        }
    }
}
