package import PatchbayCore

/// Gives a tenant a new data key and seals its credentials anew, while hosts go on using them.
///
/// All of its state is in the database: a credential says which key sealed it, a key whether it is the current one. Whoever
/// stopped half-way, or lost the race with another host, goes on where the credentials stand. Nothing fails to open
/// meanwhile: a retired key still opens what it sealed, and hosts ask for keys by their ids.
package struct KeyRotation: Sendable {
    package struct Outcome: Sendable, Equatable {
        package var tenant: TenantID
        /// The current key; nil when the tenant has neither a key nor a credential.
        package var key: DataKeyID?
        /// Whether an earlier rotation was finished, and no new key was made.
        package var isContinued = false
        /// Whether the current key was young enough to stay, and nothing was to be finished.
        package var isLeft = false
        /// Credentials that were sealed anew.
        package var resealed = 0
        /// Names of credentials that cannot be opened, with the reason; they stay as they are.
        package var failures: [Failure] = []
        /// Retired keys that nothing needed any more.
        package var deleted = 0

        package init(tenant: TenantID) { self.tenant = tenant }
    }

    package struct Failure: Sendable, Equatable {
        package var name: String
        package var reason: String
    }

    /// Milliseconds for which a retired key stays at least: hosts that have just read a credential may still ask for it.
    private static let keeping: Int64 = 86_400_000

    private let vault: CredentialVault
    private let batch: Int

    /// - Parameter batch: How many credentials are read at a time. Each is stored by itself.
    package init(_ vault: CredentialVault, batch: Int = 50) {
        self.vault = vault
        self.batch = max(batch, 1)
    }

    /// - Parameters:
    ///   - limit: A key made at that time or later stays, unless it was made by a rotation that has not ended; so that whoever
    ///     goes through many tenants, and was stopped, need not begin with the first one again.
    ///   - progress: Called before each batch, with how many were sealed anew so far; what it throws ends the rotation there.
    package func rotate(
        _ tenant: TenantID, keysOlderThan limit: Timestamp? = nil, progress: (Int) async throws -> Void = { _ in }
    ) async throws -> Outcome {
        var outcome = Outcome(tenant: tenant)
        let counts = try await vault.keys.store.sealedCounts(in: tenant)
        let present = try await vault.keys.store.currentKey(in: tenant)
        guard present != nil || !counts.isEmpty else { return outcome }
        outcome.deleted = try await vault.keys.store.deleteUnused(
            retiredBefore: vault.clock.now + -Self.keeping, in: tenant)
        outcome.isContinued = counts.keys.contains { $0 != nil && $0 != present?.id }
        if let present, let limit, !outcome.isContinued, present.createdAt >= limit, counts[nil] == nil {
            outcome.key = present.id
            outcome.isLeft = true
            return outcome
        }
        if let present, !outcome.isContinued {
            _ = try await vault.keys.store.add(try await vault.keys.fresh(in: tenant), replacing: present.id)
        }
        vault.keys.forgetCurrent(in: tenant)
        let key = try await vault.keys.current(in: tenant).id
        outcome.key = key
        try await sealAnew(tenant, &outcome, under: key, progress)
        return outcome
    }

    /// What is stored from now on is sealed with the current key, or refused by the store; so one pass finds all others.
    private func sealAnew(
        _ tenant: TenantID, _ outcome: inout Outcome, under key: DataKeyID, _ progress: (Int) async throws -> Void
    ) async throws {
        var last: CredentialID?
        while true {
            try await progress(outcome.resealed)
            let found = try await vault.store.credentials(notUnder: key, after: last, limit: batch, in: tenant)
            guard let end = found.last else { return }
            for credential in found {
                do {
                    if try await vault.sealAnew(credential) { outcome.resealed += 1 }
                } catch let error as SecurityError where [.damaged, .malformed, .wrongKey].contains(error.code) {
                    outcome.failures.append(Failure(name: credential.record.name, reason: error.message))
                }
            }
            last = end.record.id
        }
    }
}
