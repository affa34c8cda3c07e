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
    /// Of a webhook trigger; nil for every other operation.
    package var group: WebhookGroup?

    package init(
        reference: OperationReference, title: String, effect: Effect, isIdempotent: Bool, inputSchema: JSON,
        outputSchema: JSON, credential: CredentialSlot?, timeout: Int64, group: WebhookGroup? = nil
    ) {
        self.reference = reference
        self.title = title
        self.effect = effect
        self.isIdempotent = isIdempotent
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.credential = credential
        self.timeout = timeout
        self.group = group
    }
}

/// The operations that belong to a webhook trigger, by their ids in the same connector.
package struct WebhookGroup: Sendable, Equatable {
    /// Makes the vendor send deliveries.
    package var subscribe: String
    /// Makes it send no more.
    package var unsubscribe: String

    package init(subscribe: String, unsubscribe: String) {
        self.subscribe = subscribe
        self.unsubscribe = unsubscribe
    }
}

/// A place for a credential in a connector's manifest.
package struct CredentialSlot: Sendable, Equatable {
    package var name: String
    package var kinds: [CredentialKind]
    package var isRequired: Bool
    /// The action that tells whether the vendor takes a credential; nil when the connector names none.
    package var check: String?

    package init(name: String, kinds: [CredentialKind], isRequired: Bool, check: String? = nil) {
        self.name = name
        self.kinds = kinds
        self.isRequired = isRequired
        self.check = check
    }

    package func takes(_ kind: CredentialKind) -> Bool { kinds.contains { kind.fits($0) } }
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
    /// A client of an OAuth 2.0 server, with tokens that the host gets and renews itself; sent as `Authorization: Bearer …`.
    case oauth2

    /// The members it needs, all secret except `username`.
    package var fields: [String] {
        switch self {
        case .bearer: ["token"]
        case .basic: ["username", "password"]
        case .apiKey: ["key"]
        case .secret: ["value"]
        case .oauth2: ["client_id", "token_url"]
        }
    }

    /// The members it may have beside those.
    package var optionalFields: [String] {
        self == .oauth2
            ? ["client_secret", "scopes", "grant", "authorize_url", "revoke_url", "client_authentication"] : []
    }

    /// What a call is given of it: never more than is sent.
    package var usedFields: [String] { self == .oauth2 ? ["token"] : fields }

    /// Whether a slot for `wanted` can be filled with this kind: the token of an OAuth 2.0 client is a bearer token.
    package func fits(_ wanted: CredentialKind) -> Bool { self == wanted || self == .oauth2 && wanted == .bearer }
}
