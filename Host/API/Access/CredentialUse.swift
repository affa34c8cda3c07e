import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

extension APIContext {
    /// Whoever saves a workflow that uses a credential must be allowed to use credentials, and those that are shared with
    /// certain roles must be shared with theirs: the workflow uses them for everybody who runs it.
    func checkUse(of document: JSON, from vault: CredentialVault) async throws {
        guard document.usesCredentials() else { return }
        if let missing = caller.lacks([.credentialUse]) { throw APIError.forbidden(missing) }
        for record in try await vault.list(in: tenant)
        where record.sharedWith != nil && document.usesCredentials(named: record.name) { try check(record) }
    }

    /// Throws when a credential is not shared with the caller.
    func check(_ record: CredentialRecord) throws(APIError) {
        guard !caller.isShared(record) else { return }
        throw APIError(
            .forbidden, "The credential \(record.name.quoted) is shared with certain roles, and yours is none of them.",
            details: ["permission": .string(Permission.credentialUse.rawValue), "credential": .string(record.name)])
    }
}

extension Caller {
    /// Whether a credential is shared with the caller: with everybody, or with their role. Owners and admins have all of a
    /// tenant's, since they decide who is what. API keys have no role, so they have those that are shared with everybody.
    func isShared(_ record: CredentialRecord) -> Bool {
        guard let roles = record.sharedWith, identity != .installationKey else { return true }
        guard let role else { return false }
        return roles.contains(role) || [Role.owner, .admin].map(\.rawValue).contains(role)
    }
}
