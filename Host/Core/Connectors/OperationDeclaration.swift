package import PatchbayJSON

/// What the manifest says of one operation, as far as those who plan and run workflows need it.
package struct OperationDeclaration: Sendable, Equatable {
    package enum Effect: String, Sendable { case read, write, delete }

    package var reference: OperationReference
    package var title: String
    package var effect: Effect
    /// Whether a second call with the same idempotency key does no more than the first.
    package var isIdempotent: Bool
    /// JSON Schema 2020-12 of input and output.
    package var inputSchema: JSON
    package var outputSchema: JSON
    /// The slot a node's credential fills, and the kinds that fit; nil when the operation uses none.
    package var credential: CredentialSlot?
    /// Milliseconds a call may take when the node does not say.
    package var timeout: Int64

    package init(
        reference: OperationReference, title: String, effect: Effect, isIdempotent: Bool, inputSchema: JSON,
        outputSchema: JSON, credential: CredentialSlot?, timeout: Int64
    ) {
        self.reference = reference
        self.title = title
        self.effect = effect
        self.isIdempotent = isIdempotent
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.credential = credential
        self.timeout = timeout
    }
}

/// A place for a credential in a connector's manifest.
package struct CredentialSlot: Sendable, Equatable {
    package var name: String
    package var kinds: [CredentialKind]
    package var isRequired: Bool

    package init(name: String, kinds: [CredentialKind], isRequired: Bool) {
        self.name = name
        self.kinds = kinds
        self.isRequired = isRequired
    }
}

/// What a credential consists of.
package enum CredentialKind: String, Sendable, CaseIterable {
    /// `token`, sent as `Authorization: Bearer …`.
    case bearer
    /// `username` and `password`, sent as HTTP Basic.
    case basic
    /// `key`, sent in a header or query parameter that the manifest names.
    case apiKey = "api_key"
    /// `value`: a shared secret that never leaves the host, such as a webhook's signing key.
    case secret

    /// The members it needs, all secret except `username`.
    package var fields: [String] {
        switch self {
        case .bearer: ["token"]
        case .basic: ["username", "password"]
        case .apiKey: ["key"]
        case .secret: ["value"]
        }
    }
}
