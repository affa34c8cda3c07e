package import PatchbayJSON

/// A query of a JSON value, in the language of jmespath.org (with its `let`).
///
/// Compiled once, searched often. A function that does not take what it is given is an error; a member or element that is
/// not there is null, as the language has it.
package struct JMESPath: Sendable {
    /// The text it was read from.
    package let source: String
    private let root: JMESPathNode
    /// How many values `let` holds at once, at most.
    private let variables: Int

    package init(_ source: String, limits: ExpressionLimits = .standard) throws(JMESPathError) {
        guard source.utf8.count <= limits.source else {
            throw JMESPathError(
                code: .limit, message: "the expression has \(source.utf8.count) bytes, the limit is \(limits.source)",
                offset: 0)
        }
        var lexer = JMESPathLexer(Array(source.utf8))
        var parser = JMESPathParser(try lexer.tokens(), limits: limits)
        self.source = source
        root = try parser.whole()
        variables = parser.mostVariables
    }

    /// The value of the expression for that input.
    package func search(_ input: JSON, limits: ExpressionLimits = .standard) throws(JMESPathError) -> JSON {
        var evaluator = JMESPathEvaluator(limits: limits, variables: variables)
        let value = try evaluator.value(of: root, on: input)
        if case .array = value { try evaluator.measure(value) }
        if case .object = value { try evaluator.measure(value) }
        return value
    }
}
