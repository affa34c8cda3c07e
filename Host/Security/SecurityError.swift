/// What went wrong with a key, a sealed value or a signature.
package struct SecurityError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// A file cannot be opened, read or written.
        case unreadable = "key-unreadable"
        /// Others than the owner can read or change a file that holds a secret.
        case exposed = "key-exposed"
        /// A key is not in its form.
        case malformed = "key-malformed"
        /// Something was sealed with another key.
        case wrongKey = "wrong-key"
        /// Something sealed was changed, cut off, or belongs to another row.
        case damaged = "sealed-value-damaged"
        /// The keeper of a key cannot be reached, or cannot answer now.
        case unavailable = "key-unavailable"
        /// The keeper of a key says no.
        case refused = "key-refused"
    }

    package var code: Code
    /// What is there, what is needed and what to do; holds no secret.
    package var message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
