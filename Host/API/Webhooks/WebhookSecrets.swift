import PatchbayCore
import PatchbaySecurity

/// Secrets of webhooks' own, which are credentials like others: sealed, audited, and seen by nobody.
struct WebhookSecrets {
    let vault: CredentialVault

    /// Of the credential with a webhook's own secret.
    func name(of webhook: WebhookRecord) -> String {
        SubscriptionRecord.secretName(of: webhook.id)
    }

    /// Answers the credential's name.
    func keep(_ secret: Secret, of webhook: WebhookRecord) async throws -> String {
        let name = name(of: webhook)
        _ = try await vault.add(
            name: name, kind: .secret, fields: [CredentialKind.secret.fields[0]: secret], in: webhook.tenant)
        return name
    }

    /// Only its own: one that somebody named may be others' too.
    func forget(of webhook: WebhookRecord) async throws {
        guard webhook.secret == name(of: webhook) else { return }
        _ = try await vault.remove(named: name(of: webhook), in: webhook.tenant)
    }

    /// Replaces the secret in a credential, or makes the webhook's own. Answers whether there was one before, which stays
    /// good until then.
    func replace(
        _ credential: String?, of webhook: WebhookRecord, by secret: Secret, keepingUntil end: Timestamp,
        at now: Timestamp
    ) async throws -> Bool {
        let name = credential ?? name(of: webhook)
        guard let record = try await vault.record(named: name, in: webhook.tenant) else {
            guard credential == nil else { throw APIError.noCredential(name) }
            _ = try await keep(secret, of: webhook)
            return false
        }
        guard record.kind == .secret else { throw APIError.noCredential(name) }
        let changed = try await vault.change(record.id, in: webhook.tenant) { grant in
            RotatedSecret.replacing(grant, by: secret, keepingUntil: end, at: now)
        }
        guard changed != nil else { throw APIError.noCredential(name) }
        return true
    }
}
