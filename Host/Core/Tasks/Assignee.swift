/// Who is asked. As text: an address, `role:admin`, or `group:finance`.
package enum Assignee: Sendable, Hashable {
    /// As `EmailAddress` writes it; need not be a member's.
    case address(String)
    /// Everybody who has one of the roles that every tenant has.
    case role(Role)
    /// Everybody who has a role of the tenant's own.
    case group(String)

    /// Nil when it is none of these.
    package init?(_ text: String) {
        if text.hasPrefix("role:"), let role = Role(rawValue: String(text.dropFirst(5))) {
            self = .role(role)
        } else if text.hasPrefix("group:"), CustomRole.isName(String(text.dropFirst(6))) {
            self = .group(String(text.dropFirst(6)))
        } else if !text.hasPrefix("role:"), !text.hasPrefix("group:"), let address = EmailAddress.canonical(text) {
            self = .address(address)
        } else {
            return nil
        }
    }

    package var text: String {
        switch self {
        case .address(let address): address
        case .role(let role): "role:\(role.rawValue)"
        case .group(let name): "group:\(name)"
        }
    }
}

/// A tenant's members at one moment, as far as tasks need to know them.
package struct TaskDirectory: Sendable, Equatable {
    /// Addresses by the names of roles, those of the tenant among them.
    private let byRole: [String: [String]]

    package init(_ members: [(address: String, role: String)] = []) {
        byRole = Dictionary(grouping: members, by: \.role).mapValues { $0.map(\.address).sorted() }
    }

    /// Each address once, in the order of the assignees; no more than may be asked at a time.
    package func people(of assignees: [Assignee]) -> [String] {
        var seen: Set<String> = []
        var people: [String] = []
        for assignee in assignees {
            let addresses: [String] =
                switch assignee {
                case .address(let address): [address]
                case .role(let role): byRole[role.rawValue] ?? []
                case .group(let name): byRole[name] ?? []
                }
            for address in addresses where seen.insert(address).inserted { people.append(address) }
        }
        return Array(people.prefix(HumanTask.mostPeople))
    }
}
