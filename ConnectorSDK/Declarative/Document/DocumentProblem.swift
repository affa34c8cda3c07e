package import PatchbayJSON

/// Something in a document that is not as it must be.
package struct DocumentProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where it is: a JSON pointer (RFC 6901) into the document.
    package var pointer: JSONPointer
    /// What is wrong, to stand after the pointer.
    package var message: String
    /// What would be right.
    package var need: String?

    package init(_ pointer: JSONPointer, _ message: String, need: String? = nil) {
        self.pointer = pointer
        self.message = message
        self.need = need
    }

    package var description: String {
        let place = pointer.tokens.isEmpty ? "/" : pointer.description
        return "\(place) \(message)" + (need.map { "; needs \($0)" } ?? "")
    }
}
