/// Something wrong with a workflow document.
package struct Problem: Error, Sendable, Hashable {
    /// A stable word: `unknown-action`, `cycle`, `missing-input`, `wrong-type`, `expression-syntax`, …
    package var code: String
    /// Id of the node it concerns; nil for the document itself.
    package var node: String?
    /// JSON pointer (RFC 6901) into the document as it was given.
    package var pointer: String
    /// What is wrong, as a sentence with the offending value.
    package var message: String
    /// What would be right.
    package var hint: String?

    package init(code: String, node: String? = nil, pointer: String, message: String, hint: String? = nil) {
        self.code = code
        self.node = node
        self.pointer = pointer
        self.message = message
        self.hint = hint
    }
}
