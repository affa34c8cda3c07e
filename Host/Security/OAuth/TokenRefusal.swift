/// Why an authorisation server gave no token.
package struct TokenRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// What was presented counts no longer (`invalid_grant`): somebody has to allow it anew.
        case grant
        /// The client itself, or what it asks, is not accepted (`invalid_client`, `invalid_scope`, …): somebody has to
        /// correct the credential.
        case client
        /// Something that may pass, or an answer that is none.
        case passing
    }

    package var kind: Kind
    /// One sentence, with what the server said; holds no token and no secret.
    package var description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
