import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace

extension APIError {
    static func noTemplate(_ id: String) -> APIError {
        APIError(
            .templateNotFound, "There is no template \(id.quoted).",
            details: ["template_id": .string(id.shortened(to: 80))])
    }

    static func noVersion(_ version: String, of template: String) -> APIError {
        APIError(
            .versionNotFound, "The template has no version \(version.quoted).",
            details: ["template_id": .string(template), "version": .string(version.shortened(to: 80))])
    }

    static func noInstallation(_ id: String) -> APIError {
        APIError(
            .installationNotFound, "There is no installation with the id \(id.quoted).",
            details: ["installation_id": .string(id.shortened(to: 80))])
    }

    init(_ conflict: TemplateConflict) {
        switch conflict {
        case .state(let state):
            let word = state?.rawValue ?? "draft"
            self.init(
                .templateConflict, "The version is \(word), and this cannot be done to it.",
                details: ["state": .string(word)])
        case .nameTaken(let name):
            self.init(
                .templateConflict,
                "Another published template is called \(name.quoted). Choose another name in a new version.",
                details: ["name": .string(name)])
        }
    }

    static func submitted(_ version: Version) -> APIError {
        APIError(
            .templateConflict,
            "Version \(version) was submitted and does not change any more. Give what is new another version.",
            details: ["version": .string(version.description)])
    }
}

extension APIError {
    static func deprecated(_ listing: TemplateListing, _ reason: String) -> APIError {
        APIError(
            .templateConflict, "The template \(listing.name.quoted) is not to be installed any more: \(reason)",
            details: ["template_id": .string(listing.id.description), "reason": .string(reason)])
    }

    static func conflicting(_ conflicts: [ThreeWayMerge.Change]) -> APIError {
        let count = conflicts.count == 1 ? "one place" : "\(conflicts.count) places"
        return APIError(
            .updateConflict,
            "You and the template changed \(count) differently. Look at a dry run, and say whose change is to stay with "
                + "'prefer': 'mine' or 'theirs'.",
            details: ["conflicts": .array(conflicts.prefix(100).map(\.json))])
    }

    static func nothingToRevert(_ installation: TemplateInstallation) -> APIError {
        APIError(
            .templateConflict, "The installation was not updated since it was made, or was reverted already.",
            details: ["installation_id": .string(installation.id.description)])
    }
}
