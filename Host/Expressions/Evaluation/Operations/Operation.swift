/// A part of an expression with every name resolved: what an evaluation walks. Recursion is as deep as the expression,
/// which the parser limits.
///
/// Final classes behind a class protocol: a call costs one indirect jump, and nothing is copied on the way.
protocol Operation: AnyObject, Sendable {
    /// Where it stands, in bytes of the text.
    var range: Range<Int> { get }
    /// What messages point at: the operator, the member's name; else the start.
    var offset: Int { get }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value

    /// The value as the operand of a logical operator, which messages name.
    func condition(_ evaluation: inout Evaluation, of symbol: String) throws(Fault) -> Bool

    /// What messages call the value: the part of the text that gave it when that is a short path.
    func title(_ evaluation: Evaluation) -> String

    /// The variable and the names of members behind it, of what reads nothing else.
    var namePath: (variable: Variable, names: [String])? { get }
}

extension Operation {
    var namePath: (variable: Variable, names: [String])? { nil }

    var offset: Int { range.lowerBound }

    func condition(_ evaluation: inout Evaluation, of symbol: String) throws(Fault) -> Bool {
        let value = try value(&evaluation)
        guard case .bool(let bool) = value else {
            throw Fault(
                .type, "\(symbol) does not take \(value.article)", hint: "it takes true or false; write a comparison",
                at: offset)
        }
        return bool
    }

    func title(_ evaluation: Evaluation) -> String { "the value" }

    func quoted(_ evaluation: Evaluation) -> String {
        evaluation.text(range) ?? "the value"
    }
}

extension Evaluation {
    /// A part of the expression's text, when it is short enough for a message.
    func text(_ range: Range<Int>) -> String? {
        guard range.count <= 120, range.upperBound <= source.count else { return nil }
        return String(decoding: source[range], as: UTF8.self)
    }
}
