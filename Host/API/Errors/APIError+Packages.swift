import PatchbayCore
import PatchbayJSON

extension APIError {
    static func noPackage(_ connector: String, _ version: String) -> APIError {
        APIError(
            .packageNotFound, "There is no package of \(connector.quoted) \(version.quoted).",
            details: [
                "connector": .string(connector.shortened(to: 80)), "version": .string(version.shortened(to: 80)),
            ])
    }

    init(_ conflict: PackageConflict) {
        switch conflict {
        case .state(let state):
            self.init(
                .packageConflict,
                "The version is \(state.rawValue), and this cannot be done to it. Give a new build another version.",
                details: ["state": .string(state.rawValue)])
        case .connectorTaken(let id):
            self.init(
                .packageConflict,
                "Another tenant publishes the connector \(id.quoted), or has submitted this version. Choose another id.",
                details: ["connector": .string(id)])
        case .tooManyPending(let most):
            self.init(
                .packageConflict,
                "\(most) of your packages wait already. Wait for the operators, or withdraw one.",
                details: ["limit": .int(Int64(most))])
        case .quarantined(let pin):
            self.init(
                .packageConflict,
                "\(pin) is quarantined; nothing more of the connector is published until an operator lifts that.",
                details: ["quarantined": .string(pin.description)])
        }
    }

    /// The key has changed between two published versions: whoever approves says that this is meant.
    static func otherSigner(_ new: PackageSubmission, than old: PackageSubmission) -> APIError {
        APIError(
            .packageConflict,
            "\(old.pin) bears the signature of another key. Approve it with 'accept_signer' if its publisher has confirmed the "
                + "new one.",
            details: ["signer": .string(new.content.signer), "former_signer": .string(old.content.signer)])
    }
}
