/// Why a regular expression was refused, or a search given up.
package struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, as a sentence without the position.
    package var message: String
    /// Where the wrong part begins, in bytes of UTF-8 from the expression's start; nil when RE2 does not tell it.
    package var offset: Int?

    package init(_ message: String, offset: Int? = nil) {
        self.message = message
        self.offset = offset
    }

    package var description: String { message }
}
