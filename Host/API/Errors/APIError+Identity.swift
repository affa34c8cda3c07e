import PatchbayCore
import PatchbayJSON

extension APIError {
    init(_ conflict: MembershipConflict) {
        switch conflict {
        case .lastOwner:
            self.init(.lastOwner, "The tenant has no other owner. Make another member its owner first.")
        case .emailTaken:
            self.init(
                .accountExists, "There is an account with that address already. Sign in, and accept the invitation.")
        case .roleInUse(let members):
            self.init(
                .roleInUse, "\(members) members or invitations have the role. Give them another one first.",
                details: ["members": .int(Int64(members))])
        case .unknownRole(let name):
            self = .noRole(name)
        }
    }

    static func noRole(_ name: String) -> APIError {
        APIError(
            .roleNotFound, "There is no role \(name.quoted) in the tenant. `GET /roles` lists them.",
            details: ["role": .string(name.shortened(to: 80))])
    }
}
