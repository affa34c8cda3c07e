/// Why a text is no JSONPath query, or why evaluating one was given up.
package struct JSONPathError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The query is refused.
        case syntax = "jsonpath-syntax"
        /// An expression in the query is of the wrong type.
        case type = "jsonpath-type"
        /// A limit was reached while it was evaluated.
        case limit = "jsonpath-limit"
    }

    package var code: Code
    /// What is wrong and what is needed.
    package var message: String
    /// Bytes of UTF-8 from the query's start; nil for a limit.
    package var offset: Int?

    package init(_ code: Code, _ message: String, at offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    package var description: String {
        offset.map { "\(message), at byte \($0)" } ?? message
    }
}
