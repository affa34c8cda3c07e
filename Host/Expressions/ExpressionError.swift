/// What is wrong with an expression, at save or at run time, and where.
package struct ExpressionError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        /// The text is no expression.
        case syntax = "expression-syntax"
        /// A name that nothing has: a root, a node, a function.
        case unknownName = "unknown-name"
        /// Run time: an object lacks the member, an array the element, or a step has no output.
        case missing = "missing-value"
        /// An operator or function that does not take such values.
        case type = "wrong-type"
        /// A value outside its range, a division by zero, a text that is no number.
        case value = "bad-value"
        /// A credential where no secret is expected, or in the middle of something.
        case secret = "secret-in-expression"
        /// More than the limits allow: text, nesting, steps, result.
        case limit = "expression-limit"
    }

    package var code: Code
    /// What is wrong, as a sentence without the position.
    package var message: String
    /// What would be right.
    package var hint: String?
    /// Inside the string that holds the expression; 1 for the first.
    package var line: Int
    /// In characters (Unicode scalars); 1 for the first.
    package var column: Int
    /// JSON pointer (RFC 6901) from the compiled value to that string; empty for the value itself.
    package var pointer: String

    package init(
        code: Code, message: String, hint: String? = nil, line: Int = 1, column: Int = 1, pointer: String = ""
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.line = line
        self.column = column
        self.pointer = pointer
    }
}

extension ExpressionError: CustomStringConvertible {
    package var description: String {
        let place = pointer.isEmpty ? "" : "\(pointer), "
        return "\(place)line \(line), column \(column): \(message)" + (hint.map { " (\($0))" } ?? "")
    }
}

/// Everything that is wrong with a value, in the order of the document; never empty.
package struct CompilationFailure: Error, Sendable, Hashable {
    package var errors: [ExpressionError]

    package init(errors: [ExpressionError]) { self.errors = errors }
}
