/// Somebody who signs in. Accounts belong to the installation; a membership puts one into a tenant.
package struct AccountRecord: Sendable, Equatable {
    package var id: AccountID
    /// As `EmailAddress` writes it; unique in the installation.
    package var email: String
    package var name: String
    /// May do what concerns all tenants, and is a member of none by that.
    package var isOperator: Bool
    package var isTOTPActive: Bool
    package var createdAt: Timestamp

    package init(
        id: AccountID, email: String, name: String, isOperator: Bool = false, isTOTPActive: Bool = false,
        createdAt: Timestamp
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.isOperator = isOperator
        self.isTOTPActive = isTOTPActive
        self.createdAt = createdAt
    }
}

/// An account's place in a tenant.
package struct MembershipRecord: Sendable, Equatable {
    package var tenant: TenantID
    package var account: AccountID
    /// A `Role` or the name of a `CustomRole`.
    package var role: String
    package var createdAt: Timestamp

    package init(tenant: TenantID, account: AccountID, role: String, createdAt: Timestamp) {
        self.tenant = tenant
        self.account = account
        self.role = role
        self.createdAt = createdAt
    }
}

/// A member as lists show them.
package struct MemberRecord: Sendable, Equatable {
    package var account: AccountRecord
    package var role: String
    package var joinedAt: Timestamp

    package init(account: AccountRecord, role: String, joinedAt: Timestamp) {
        self.account = account
        self.role = role
        self.joinedAt = joinedAt
    }
}

/// Somebody as a provider of identities knows them: what the provider calls itself, and its name for the person, which
/// is never given to another. E-mail addresses are passed on and are no name.
package struct ExternalIdentity: Sendable, Hashable {
    package var issuer: String
    package var subject: String

    package init(issuer: String, subject: String) {
        self.issuer = issuer
        self.subject = subject
    }
}

/// An account's way in by a provider.
package struct LinkedIdentity: Sendable, Equatable {
    package var identity: ExternalIdentity
    package var linkedAt: Timestamp

    package init(identity: ExternalIdentity, linkedAt: Timestamp) {
        self.identity = identity
        self.linkedAt = linkedAt
    }
}

/// A sign-in that has not ended. Its token is known to the browser only; the store keeps the token's digest.
package struct SessionRecord: Sendable, Equatable {
    package enum Method: String, Sendable, CaseIterable {
        case password, link, invitation, oidc
    }

    package var id: SessionID
    package var account: AccountID
    package var method: Method
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    /// Where it was opened from, as far as the host saw; for the account's own list.
    package var address: String
    package var agent: String

    package init(
        id: SessionID, account: AccountID, method: Method, createdAt: Timestamp, expiresAt: Timestamp,
        address: String, agent: String
    ) {
        self.id = id
        self.account = account
        self.method = method
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.address = address
        self.agent = agent
    }
}

/// A session with all that its requests are judged by.
package struct SessionGrant: Sendable, Equatable {
    package struct Place: Sendable, Equatable {
        package var tenant: TenantID
        package var tenantName: String
        package var role: String
        package var permissions: PermissionSet

        package init(tenant: TenantID, tenantName: String, role: String, permissions: PermissionSet) {
            self.tenant = tenant
            self.tenantName = tenantName
            self.role = role
            self.permissions = permissions
        }
    }

    package var session: SessionRecord
    package var account: AccountRecord
    /// In the order in which they joined.
    package var places: [Place]

    package init(session: SessionRecord, account: AccountRecord, places: [Place]) {
        self.session = session
        self.account = account
        self.places = places
    }
}

/// A key for programs. The key itself is shown once; the store keeps its digest.
package struct APIKeyRecord: Sendable, Equatable {
    package var id: APIKeyID
    package var tenant: TenantID
    package var name: String
    /// How the key begins, to be told from others.
    package var prefix: String
    package var permissions: PermissionSet
    /// Nil: all of the tenant.
    package var workflows: Set<WorkflowID>?
    /// Nil: the installation's key made it.
    package var createdBy: AccountID?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    /// To the minute.
    package var usedAt: Timestamp?

    package init(
        id: APIKeyID, tenant: TenantID, name: String, prefix: String, permissions: PermissionSet,
        workflows: Set<WorkflowID>?, createdBy: AccountID?, createdAt: Timestamp, expiresAt: Timestamp?,
        usedAt: Timestamp? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.prefix = prefix
        self.permissions = permissions
        self.workflows = workflows
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }
}

/// Somebody who may join a tenant.
package struct InvitationRecord: Sendable, Equatable {
    package var id: InvitationID
    package var tenant: TenantID
    package var email: String
    package var role: String
    package var createdBy: AccountID?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp

    package init(
        id: InvitationID, tenant: TenantID, email: String, role: String, createdBy: AccountID?, createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.email = email
        self.role = role
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
