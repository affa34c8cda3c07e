/// `!operand`
final class Not: Operation {
    private let operand: any Operation
    let range: Range<Int>

    init(_ operand: any Operation, _ range: Range<Int>) {
        self.operand = operand
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        .bool(try !operand.condition(&evaluation, of: "!"))
    }

    func condition(_ evaluation: inout Evaluation, of symbol: String) throws(Fault) -> Bool {
        try !operand.condition(&evaluation, of: "!")
    }
}

/// A chain of `&&` or of `||`: a term that decides does so whatever fails beside it; else the first failure stands.
/// Limits are no such failure.
final class Chain: Operation {
    private let terms: [any Operation]
    /// What one term that is so makes of the chain.
    private let decisive: Bool
    let range: Range<Int>

    init(_ terms: [any Operation], decisive: Bool, _ range: Range<Int>) {
        self.terms = terms
        self.decisive = decisive
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        .bool(try condition(&evaluation, of: ""))
    }

    func condition(_ evaluation: inout Evaluation, of symbol: String) throws(Fault) -> Bool {
        var failure: Fault?
        for term in terms {
            do throws(Fault) {
                if try term.condition(&evaluation, of: decisive ? "||" : "&&") == decisive { return decisive }
            } catch {
                if error.code == .limit { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return !decisive
    }
}

/// `condition ? yes : no`
final class Conditional: Operation {
    private let condition: any Operation
    private let yes: any Operation
    private let no: any Operation
    let range: Range<Int>

    init(_ condition: any Operation, _ yes: any Operation, _ no: any Operation, _ range: Range<Int>) {
        self.condition = condition
        self.yes = yes
        self.no = no
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try condition.condition(&evaluation, of: "?:")
            ? try yes.value(&evaluation) : try no.value(&evaluation)
    }
}
