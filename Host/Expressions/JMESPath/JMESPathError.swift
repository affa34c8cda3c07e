/// What is wrong with a JMESPath expression, or why it has no value.
package struct JMESPathError: Error, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// The text is no expression.
        case syntax
        /// A slice with the step 0.
        case invalidValue = "invalid-value"
        case unknownFunction = "unknown-function"
        case undefinedVariable = "undefined-variable"
        /// Too few or too many arguments.
        case invalidArity = "invalid-arity"
        /// In the search: a function that does not take such values.
        case invalidType = "invalid-type"
        /// More than the limits allow: text, nesting, steps, result.
        case limit
    }

    /// Behind a reference, because typed errors take their whole size on the stack of every call that may throw them, and
    /// parser and evaluator nest deeply.
    private final class Content: Sendable {
        let code: Code
        let message: String
        let hint: String?
        let offset: Int

        init(code: Code, message: String, hint: String?, offset: Int) {
            self.code = code
            self.message = message
            self.hint = hint
            self.offset = offset
        }
    }

    private let content: Content

    package init(code: Code, message: String, hint: String? = nil, offset: Int) {
        content = Content(code: code, message: message, hint: hint, offset: offset)
    }

    package var code: Code { content.code }
    /// What is wrong, as a sentence without the position.
    package var message: String { content.message }
    /// What would be right.
    package var hint: String? { content.hint }
    /// Bytes from the start of the expression.
    package var offset: Int { content.offset }
}

extension JMESPathError: CustomStringConvertible {
    package var description: String { "byte \(offset): \(message)" + (hint.map { " (\($0))" } ?? "") }
}
