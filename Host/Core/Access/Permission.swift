/// What somebody may do in a tenant, by the smallest parts that roles and API keys are made of. The words stand in the
/// database, in answers and in the guide; they are only ever added to.
///
/// None includes another: who may use a credential does not thereby see which there are, and nobody ever sees a value.
package enum Permission: String, Sendable, CaseIterable {
    case workflowRead = "workflow:read"
    case workflowCreate = "workflow:create"
    case workflowUpdate = "workflow:update"
    case workflowDelete = "workflow:delete"
    /// Start runs of it by hand.
    case workflowExecute = "workflow:execute"
    /// Pause and resume.
    case workflowPause = "workflow:pause"

    case runRead = "run:read"
    case runCancel = "run:cancel"
    /// Repeat, and dismiss what failed.
    case runReplay = "run:replay"
    /// Send events and decide approvals.
    case runSignal = "run:signal"

    /// See the tasks that one is asked in, and decide them.
    case taskAct = "task:act"
    /// See everybody's, and ask somebody else in a person's place.
    case taskManage = "task:manage"

    /// See alerts and what came of them.
    case alertRead = "alert:read"
    /// Make, change, switch and delete them, and send samples.
    case alertManage = "alert:manage"

    /// Offer templates to all tenants, and take them back.
    case templatePublish = "template:publish"

    /// See names, kinds and hosts.
    case credentialView = "credential:view"
    /// Name one in a workflow that one saves.
    case credentialUse = "credential:use"
    /// Add, replace and delete.
    case credentialManage = "credential:manage"

    case connectorRead = "connector:read"
    /// Change the tenant's settings of a connector.
    case connectorConfigure = "connector:configure"

    case memberRead = "member:read"
    /// Invite, change roles, remove.
    case memberManage = "member:manage"
    /// Make and change roles of the tenant's own.
    case roleManage = "role:manage"
    /// Make API keys that can do no more than oneself.
    case keyCreate = "api_key:create"
    /// See and revoke everybody's.
    case keyManage = "api_key:manage"

    case tenantRead = "tenant:read"
    case tenantUpdate = "tenant:update"
    case tenantExport = "tenant:export"
    case tenantDelete = "tenant:delete"
    case auditRead = "audit:read"

    /// What concerns all tenants: installing connectors, making tenants, shares of the workers. No role holds it;
    /// operators do.
    case installationManage = "installation:manage"
}

/// Several of them, in one word.
package struct PermissionSet: Sendable, Hashable {
    private var bits: UInt64 = 0

    package init() {}

    package init(_ permissions: some Sequence<Permission>) {
        for permission in permissions { insert(permission) }
    }

    package static let all = PermissionSet(Permission.allCases)
    /// What a tenant's roles and keys can hold.
    package static let ofTenants = PermissionSet(Permission.allCases.filter { $0 != .installationManage })

    package mutating func insert(_ permission: Permission) { bits |= permission.bit }

    package func contains(_ permission: Permission) -> Bool { bits & permission.bit != 0 }

    package func isSubset(of other: PermissionSet) -> Bool { bits & ~other.bits == 0 }

    package func intersection(_ other: PermissionSet) -> PermissionSet {
        var both = self
        both.bits &= other.bits
        return both
    }

    package func subtracting(_ other: PermissionSet) -> PermissionSet {
        var rest = self
        rest.bits &= ~other.bits
        return rest
    }

    package var isEmpty: Bool { bits == 0 }

    /// In the order of their declaration.
    package var permissions: [Permission] { Permission.allCases.filter(contains) }
}

extension PermissionSet: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: Permission...) { self.init(elements) }
}

extension Permission {
    private static let places = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, UInt64(1) << $0) })

    fileprivate var bit: UInt64 { Self.places[self] ?? 0 }
}
