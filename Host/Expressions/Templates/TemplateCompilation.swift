/// Compiles the expressions of one template, and gathers what is wrong with them.
struct TemplateCompilation {
    private(set) var vocabulary: WorkflowVocabulary
    private(set) var faults: [Fault] = []
    private let source: [UInt8]
    private let takesSecret: Bool

    init(names: SharedNames, source: [UInt8], takesSecret: Bool) {
        vocabulary = WorkflowVocabulary(names: names)
        self.source = source
        self.takesSecret = takesSecret
    }

    /// The program, and the type of what it gives. Where `faults` grew, neither is of use.
    mutating func program(_ expression: Expression) -> (program: Program, type: ValueType) {
        let tree = tree(expression)
        let known = vocabulary.credentials.count
        var checker = Checker(vocabulary, library: .templates, strictness: .lenient) { vocabulary, number in
            vocabulary.shared.names.type(of: vocabulary.slots[number])
        }
        let type = checker.check(tree)
        var compiler = Compiler(vocabulary, library: .templates)
        let root = compiler.operation(tree)
        vocabulary = compiler.vocabulary
        let allowed = takesSecret ? SecretPlaces.offsets(in: tree) : []
        let exposed = vocabulary.credentials.dropFirst(known).filter { !allowed.contains($0.offset) }
        faults += compiler.faults + exposed.map { SecretPlaces.refusal($0.name, at: $0.offset) }
        // That a credential fits no operator is not what is wrong with it.
        if exposed.isEmpty { faults += checker.faults }
        faults.sort { $0.offset < $1.offset }
        return (compiler.program(root, source: source), type)
    }

    /// Without sugar and with macros expanded.
    private mutating func tree(_ expression: Expression) -> Expression {
        if expression.isPlain { return expression }
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
