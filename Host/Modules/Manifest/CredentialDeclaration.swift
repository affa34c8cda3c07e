package import PatchbayCore

/// A place for a credential, as a manifest declares it.
package struct CredentialDeclaration: Sendable, Equatable {
    /// Snake case, unique in the manifest.
    package var name: String
    package var title: String
    package var about: String
    package var isRequired: Bool
    package var access: Access
    /// What fits, the recommended one first; no kind twice.
    package var kinds: [Kind]

    package enum Access: String, Sendable, CaseIterable {
        /// The host attaches the secret; the connector never holds it.
        case inject
        /// The connector may read the secret.
        case read
    }

    /// A kind of credential and how it is sent.
    package enum Kind: Sendable, Equatable {
        case bearer
        case basic
        case header(name: String, prefix: String)
        case query(name: String, prefix: String)
        /// Never sent.
        case secret

        package var kind: CredentialKind {
            switch self {
            case .bearer: .bearer
            case .basic: .basic
            case .header, .query: .apiKey
            case .secret: .secret
            }
        }
    }

    package var slot: CredentialSlot {
        CredentialSlot(name: name, kinds: kinds.map(\.kind), isRequired: isRequired)
    }
}
