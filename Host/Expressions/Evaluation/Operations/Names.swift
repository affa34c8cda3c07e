/// A value that is the same in every evaluation.
final class Constant: Operation {
    let constant: Value
    let range: Range<Int>

    init(_ constant: Value, _ range: Range<Int>) {
        self.constant = constant
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value { constant }
}

/// A variable that is given to the evaluation.
final class Variable: Operation {
    let slot: Int
    /// What is said when it was not given.
    let missing: Absence
    /// What messages call it, when that is not its name as written.
    let name: String?
    let range: Range<Int>

    init(slot: Int, missing: Absence, name: String?, _ range: Range<Int>) {
        self.slot = slot
        self.missing = missing
        self.name = name
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        guard let value = evaluation.slots[slot] else { throw missing.fault }
        return value
    }

    func title(_ evaluation: Evaluation) -> String { name ?? quoted(evaluation) }

    var namePath: (variable: Variable, names: [String])? { (self, []) }
}

/// Whether a variable was given.
final class IsGiven: Operation {
    private let slot: Int
    let range: Range<Int>

    init(slot: Int, _ range: Range<Int>) {
        self.slot = slot
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value { .bool(evaluation.slots[slot] != nil) }
}

/// What a macro has named.
final class Local: Operation {
    let slot: Int
    let range: Range<Int>

    init(slot: Int, _ range: Range<Int>) {
        self.slot = slot
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        if let value = evaluation.slots[slot] { return value }
        // Only of cel.bind and cel.block the value can be missing.
        throw evaluation.failures?[slot] ?? Fault(.missing, "the value is not there", at: offset)
    }

    func title(_ evaluation: Evaluation) -> String { quoted(evaluation) }
}

/// What nothing can evaluate, such as an unknown name: an error like any other, which && and || may absorb.
final class Failure: Operation {
    private let fault: Fault
    let range: Range<Int>

    init(_ fault: Fault, _ range: Range<Int>) {
        self.fault = fault
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value { throw fault }
}
