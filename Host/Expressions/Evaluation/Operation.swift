/// A part of an expression with every name resolved: what the evaluator walks.
struct Operation: Sendable {
    indirect enum Node: Sendable {
        case constant(Value)
        case trigger, run, workflow, environment
        /// The output of a step.
        case output(of: String)
        case environmentMember(String)
        case member(Operation, String)
        case index(Operation, Operation)
        case has(Operation, String)
        case hasOutput(of: String)
        case hasEnvironmentMember(String)
        case not(Operation)
        case negate(Operation)
        case binary(BinaryOperator, Operation, Operation)
        case all([Operation])
        case any([Operation])
        case conditional(Operation, Operation, Operation)
        case list([Operation])
        case map([(key: Operation, value: Operation)])
        case call([Overload], [Operation])
    }

    let node: Node
    /// In bytes of the text.
    let range: Range<Int>
    /// What messages point at: the operator, the member's name; else the start.
    let offset: Int

    init(_ node: Node, _ range: Range<Int>, offset: Int? = nil) {
        self.node = node
        self.range = range
        self.offset = offset ?? range.lowerBound
    }
}
