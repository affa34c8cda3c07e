package import PatchbayCore
package import PatchbaySecurity

/// The secrets that vendors sign with.
package protocol SubscriptionSecrets: Sendable {
    /// The subscription's own; made where there is none.
    func secret(of record: SubscriptionRecord, for purpose: CredentialPurpose) async throws -> Secret
    func forget(of record: SubscriptionRecord) async throws
}

/// In the vault, as credentials like others: sealed, audited, and seen by nobody.
package struct VaultSubscriptionSecrets: SubscriptionSecrets {
    private let vault: CredentialVault
    /// Takes down every use.
    private let credentials: any CredentialSource
    private let clock: any TimeSource

    package init(vault: CredentialVault, credentials: any CredentialSource, clock: any TimeSource) {
        self.vault = vault
        self.credentials = credentials
        self.clock = clock
    }

    package func secret(of record: SubscriptionRecord, for purpose: CredentialPurpose) async throws -> Secret {
        if let grant = try await credentials.grant(named: record.secret, in: record.tenant, for: purpose),
            let secret = RotatedSecret.secrets(in: grant, at: clock.now).first
        {
            return secret
        }
        let secret = WebhookVerification.newSecret(for: .patchbay)
        _ = try await vault.add(
            name: record.secret, kind: .secret, fields: [CredentialKind.secret.fields[0]: secret], in: record.tenant)
        return secret
    }

    package func forget(of record: SubscriptionRecord) async throws {
        _ = try await vault.remove(named: record.secret, in: record.tenant)
    }
}
