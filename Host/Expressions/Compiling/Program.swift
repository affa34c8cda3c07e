/// An expression that is ready to be evaluated, any number of times, from any thread.
struct Program: Sendable {
    let root: any Operation
    /// Places for variables and for what macros name.
    let slots: Int
    /// Where the evaluation expects which variable, by the vocabulary's number.
    let variables: [(slot: Int, number: Int)]
    let source: [UInt8]

    /// - Parameter variable: the value of a variable by its number; nil when it has none.
    func evaluate(
        _ budget: inout Budget, _ variable: (Int) -> Value?
    ) throws(Fault) -> Value {
        var evaluation = Evaluation(budget: budget, slots: slots(variable), source: source)
        defer { budget = evaluation.budget }
        return try root.value(&evaluation)
    }

    func slots(_ variable: (Int) -> Value?) -> [Value?] {
        guard slots > 0 else { return [] }
        var values = [Value?](repeating: nil, count: slots)
        for (slot, number) in variables { values[slot] = variable(number) }
        return values
    }
}
