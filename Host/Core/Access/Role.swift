/// The roles that every tenant has. The matrix is the one of the product's requirements (section 11.2), refined to
/// permissions; a tenant may add roles of its own.
package enum Role: String, Sendable, CaseIterable {
    /// Everything in the tenant. Each tenant keeps at least one.
    case owner
    /// Everything but deleting the tenant and choosing its owners.
    case admin
    /// Makes workflows and credentials, and runs them.
    case editor
    /// Runs workflows that others made.
    case `operator`
    /// Looks.
    case viewer

    package var permissions: PermissionSet {
        switch self {
        case .owner: .ofTenants
        case .admin: PermissionSet.ofTenants.subtracting([.tenantDelete])
        case .editor: Self.editing
        case .operator: Self.operating
        case .viewer: Self.viewing
        }
    }

    private static let viewing: PermissionSet = [
        .workflowRead, .runRead, .taskAct, .alertRead, .connectorRead, .tenantRead,
    ]

    private static let operating = PermissionSet(
        viewing.permissions + [.workflowExecute, .workflowPause, .runCancel, .runReplay, .runSignal, .keyCreate])

    private static let editing = PermissionSet(
        operating.permissions + [
            .workflowCreate, .workflowUpdate, .workflowDelete, .alertManage, .templatePublish, .credentialView,
            .credentialUse, .credentialManage,
        ])
}

/// A role that a tenant made.
package struct CustomRole: Sendable, Equatable {
    /// 1 to 40 lower-case letters, digits, `-` and `_`, beginning with a letter; none of `Role`.
    package var name: String
    package var about: String
    package var permissions: PermissionSet

    package init(name: String, about: String, permissions: PermissionSet) {
        self.name = name
        self.about = about
        self.permissions = permissions
    }

    package static func isName(_ text: String) -> Bool {
        guard (1...40).contains(text.utf8.count), Role(rawValue: text) == nil,
            let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
        else { return false }
        return text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
