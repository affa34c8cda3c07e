/// An expression that is ready to be evaluated, any number of times, from any thread.
struct Program: Sendable {
    let root: any Operation
    /// Places for variables and for what macros name.
    let slots: Int
    /// Where the evaluation expects which variable, by the vocabulary's number.
    let variables: [(slot: Int, number: Int)]
    let source: [UInt8]

    /// - Parameter variable: as `slots` has it.
    func evaluate(
        _ budget: inout Budget, surroundings: Surroundings = .none, _ variable: (Int) -> Value?
    ) throws(Fault) -> Value {
        var evaluation = Evaluation(
            budget: budget, slots: slots(variable), source: source, surroundings: surroundings)
        evaluation.uuids = budget.uuids
        defer {
            budget = evaluation.budget
            budget.uuids = evaluation.uuids
        }
        return try root.value(&evaluation)
    }

    /// The places with the variables in them.
    ///
    /// - Parameter variable: the value of a variable by its number; nil when it has none.
    func slots(_ variable: (Int) -> Value?) -> Slots {
        var values = Slots(count: slots)
        for (slot, number) in variables { values[slot] = variable(number) }
        return values
    }
}
