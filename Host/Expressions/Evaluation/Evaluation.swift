import PatchbayCore

/// An evaluation on its way: the variables, what may still be spent, and how functions say what is wrong.
struct Evaluation {
    /// What may still be spent; functions take from it what they look at or make:
    /// `try evaluation.budget.take(bytes: text.utf8.count, at: evaluation.offset)`.
    var budget: Budget
    /// Where messages of the running function point, in bytes of the text.
    var offset = 0
    /// Variables and what macros name, at the places that the compiler gave them; nil where nothing is.
    var slots: Slots
    /// Why the value of a `cel.bind` is not there, by its slot.
    var failures: [Int: Fault]?
    /// The text of the expression; messages quote it.
    let source: [UInt8]

    /// The present, time zones and the like.
    let surroundings: Surroundings
    /// How many values `uuid()` has made.
    var uuids = 0

    init(
        budget: Budget, slots: Slots = Slots(count: 0), source: [UInt8] = [], surroundings: Surroundings = .none
    ) {
        self.budget = budget
        self.slots = slots
        self.source = source
        self.surroundings = surroundings
    }

    /// An error at the running call.
    func fault(_ code: ExpressionError.Code, _ message: String, hint: String? = nil) -> Fault {
        Fault(code, message, hint: hint, at: offset)
    }

    /// The function does not take such values.
    func noOverload(_ name: String, _ values: [Value], hint: String? = nil) -> Fault {
        let types = values.map(\.article).joined(separator: " and ")
        return fault(.type, "\(name) does not take \(types.isEmpty ? "no arguments" : types)", hint: hint)
    }
}
