/// One way in which an expression could go on.
package struct CompletionItem: Sendable, Hashable {
    /// In the order that they are told in.
    package enum Kind: String, Sendable, CaseIterable {
        /// A member of a value.
        case field
        /// A node of the workflow.
        case node
        /// A member of `env`, and a credential's name.
        case env, credential
        /// A value that the expression can begin with, also a macro's variable.
        case name
        case function
        /// What takes an expression over elements: `map`, `filter`, `has`.
        case macro
        /// `true`, `in`
        case keyword
    }

    /// What people see, and what is inserted unless `insert` says otherwise.
    package var label: String
    package var kind: Kind
    /// `ValueType.title` of the value, or of what a function gives; nil where it is not known.
    package var type: String?
    /// How a function is called, one way a line.
    package var signature: String?
    /// A sentence about it.
    package var about: String?
    /// What takes the place of `from..<to`, when that is not the label.
    package var insert: String?

    init(
        _ label: String, _ kind: Kind, type: ValueType? = nil, signature: String? = nil, about: String? = nil,
        insert: String? = nil
    ) {
        self.label = label
        self.kind = kind
        self.type = type.flatMap { $0 == .dyn ? nil : $0.title }
        self.signature = signature
        self.about = about
        self.insert = insert == label ? nil : insert
    }
}
