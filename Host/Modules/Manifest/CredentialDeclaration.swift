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
    /// An action of the connector that only reads, needs no input, and is refused by a vendor who does not take the
    /// credential.
    package var check: String? = nil

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
        /// As settings of these names say at each call, so that the credential itself can tell: the first holds `header` or
        /// `query`, the second the name, the third, if there is one, the prefix.
        case chosen(placeSetting: String, nameSetting: String, prefixSetting: String?)
        /// An access key's id and its secret, with which requests to this service are signed (AWS Signature Version 4) for
        /// the region that a setting names. People give it as user name and password.
        case awsSignature(service: String, regionSetting: String)
        /// Never sent.
        case secret
        /// The token of an OAuth 2.0 client, sent as a bearer token, and what is known of those who give it.
        case oauth2(OAuthProvider)

        package var kind: CredentialKind {
            switch self {
            case .bearer: .bearer
            case .basic, .awsSignature: .basic
            case .header, .query, .chosen: .apiKey
            case .secret: .secret
            case .oauth2: .oauth2
            }
        }
    }

    package var slot: CredentialSlot {
        CredentialSlot(name: name, kinds: kinds.map(\.kind), isRequired: isRequired, check: check)
    }
}

extension CredentialDeclaration.Kind {
    /// Whether a key can be sent under that name: visible ASCII without `:`.
    static func isFieldName(_ text: String) -> Bool {
        (1...200).contains(text.utf8.count)
            && text.utf8.allSatisfy { (33...126).contains($0) && $0 != UInt8(ascii: ":") }
    }

    /// Whether a key can be sent behind it: printable ASCII.
    static func isPrefix(_ text: String) -> Bool {
        text.utf8.count <= 200 && text.utf8.allSatisfy { (32...126).contains($0) }
    }
}
