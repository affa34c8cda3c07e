/// That somebody was sent to an authorisation server with a credential's client, and is to come back.
package struct PendingAuthorization: Sendable, Equatable {
    package var tenant: TenantID
    package var credential: CredentialID
    /// SHA-256 of the state that went along.
    package var digest: [UInt8]
    /// The proof of RFC 7636, sealed by whoever calls.
    package var verifier: [UInt8]
    /// What the server was told to send them back to, which it is told again.
    package var redirect: String
    /// A path of this host's to lead them to afterwards; nil: none.
    package var returnPath: String?
    /// Who must come back.
    package var bearer: Bearer
    package var expiresAt: Timestamp

    package enum Bearer: Sendable, Equatable {
        /// The session that began it.
        case session(SessionID)
        /// Any session of the account whose key began it.
        case account(AccountID)
        /// Whoever has the state: the installation's own key began it.
        case anybody
    }

    package init(
        tenant: TenantID, credential: CredentialID, digest: [UInt8], verifier: [UInt8], redirect: String,
        returnPath: String?, bearer: Bearer, expiresAt: Timestamp
    ) {
        self.tenant = tenant
        self.credential = credential
        self.digest = digest
        self.verifier = verifier
        self.redirect = redirect
        self.returnPath = returnPath
        self.bearer = bearer
        self.expiresAt = expiresAt
    }
}

/// Authorisations that are under way, of all hosts.
package protocol AuthorizationStore: Sendable {
    /// Keeps one, and forgets those of its tenant that are over at `now`, and the oldest of a credential that has many.
    func begin(_ pending: PendingAuthorization, at now: Timestamp) async throws
    /// Takes one out, so that it is good for once; nil when there is none that still counts.
    func take(_ digest: [UInt8], in tenant: TenantID, at now: Timestamp) async throws -> PendingAuthorization?
}
