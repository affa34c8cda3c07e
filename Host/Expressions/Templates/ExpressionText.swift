/// A text as a person writes it.
package enum ExpressionText: Sendable {
    /// One expression, without braces around it.
    case expression(String)
    /// A text with `{{ expression }}` in it.
    case template(String)

    package var text: String {
        switch self {
        case .expression(let text), .template(let text): text
        }
    }

    /// - Parameter takesSecret: see `Template`.
    package func compile(
        names: KnownNames, takesSecret: Bool = false, limits: ExpressionLimits = .standard
    ) throws(CompilationFailure) -> Template {
        switch self {
        case .expression(let text):
            try Template(expression: text, names: names, takesSecret: takesSecret, limits: limits)
        case .template(let text): try Template(text, names: names, takesSecret: takesSecret, limits: limits)
        }
    }
}
