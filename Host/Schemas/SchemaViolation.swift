package import PatchbayJSON

/// Something in a value that its schema does not allow.
package struct SchemaViolation: Equatable, Sendable {
    /// Where it is in the value. A missing member is a violation of the object that lacks it.
    package var instance: JSONPointer
    /// The keyword in the schema's document that is not met.
    package var schema: JSONPointer
    /// What is wrong and what is needed, for people: `"count" is a string, needs an integer`. Texts of the value never
    /// stand in it, only names of members, kinds and numbers.
    package var message: String
    /// What would be right, when that can be guessed: `did you mean "channel"?`
    package var hint: String?

    package init(instance: JSONPointer, schema: JSONPointer, message: String, hint: String? = nil) {
        self.instance = instance
        self.schema = schema
        self.message = message
        self.hint = hint
    }
}
