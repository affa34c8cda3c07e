/// Who asks, and what they may do in the tenant they ask about.
package struct Caller: Sendable, Equatable {
    /// How they showed who they are.
    package enum Identity: Sendable, Hashable {
        /// With the installation's own key.
        case installationKey
        case session(SessionID, AccountID)
        /// With an API key; the account is its maker.
        case apiKey(APIKeyID, AccountID?)
    }

    package var identity: Identity
    package var tenant: TenantID
    package var permissions: PermissionSet
    /// The only workflows that it is about; nil: all of the tenant.
    package var workflows: Set<WorkflowID>?
    /// The name of the role that it comes from; nil for keys.
    package var role: String?

    package init(
        _ identity: Identity, tenant: TenantID, permissions: PermissionSet, workflows: Set<WorkflowID>? = nil,
        role: String? = nil
    ) {
        self.identity = identity
        self.tenant = tenant
        self.permissions = permissions
        self.workflows = workflows
        self.role = role
    }

    package static func installationKey(in tenant: TenantID) -> Caller {
        Caller(.installationKey, tenant: tenant, permissions: .all)
    }

    package var account: AccountID? {
        switch identity {
        case .installationKey: nil
        case .session(_, let account): account
        case .apiKey(_, let account): account
        }
    }

    /// The first of the needed permissions that it lacks.
    package func lacks(_ needed: [Permission]) -> Permission? { needed.first { !permissions.contains($0) } }

    /// Whether a key's limits let it have to do with a workflow.
    package func mayTouch(_ workflow: WorkflowID) -> Bool { workflows?.contains(workflow) ?? true }

    /// What it may pass on to others: nobody gives what they do not have.
    package func mayGrant(_ wanted: PermissionSet) -> Bool { wanted.isSubset(of: permissions) }
}
