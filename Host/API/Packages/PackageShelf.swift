import PatchbayCore
import PatchbayJSON

/// Where requests find packages: those that are published, and those that are on their way.
struct PackageShelf: Sendable {
    let packages: any PackageSubmissionStore
    let changes: @Sendable (JSON, JSON) -> JSON

    /// The `:id` and `:version` of a path.
    func pin(_ context: APIContext) throws(APIError) -> ConnectorPin {
        let (id, text) = (context.parameter("id"), context.parameter("version"))
        guard !id.isEmpty, let version = Version(text) else { throw .noPackage(id, text) }
        return ConnectorPin(connector: id, version: version)
    }

    /// A submission that operators see, and otherwise those of its tenant.
    func submission(_ context: APIContext, ofOwn isOwn: Bool = false) async throws -> PackageSubmission {
        let pin = try pin(context)
        guard let found = try await packages.submission(of: pin),
            found.publisher == context.tenant || !isOwn && context.isOperator
        else { throw APIError.noPackage(pin.connector, pin.version.description) }
        return found
    }

    /// A published version; a quarantined one only for operators.
    func published(_ context: APIContext) async throws -> PackageSubmission {
        let pin = try pin(context)
        guard let found = try await packages.submission(of: pin), found.isVisible(to: context) else {
            throw APIError.noPackage(pin.connector, pin.version.description)
        }
        return found
    }

    /// With its manifest, what the checks found, and what is new since the published version before.
    func whole(_ submission: PackageSubmission, _ object: JSONObject) async throws -> JSON {
        let before = try await predecessor(of: submission)
        let comparison = before.map { changes($0.content.manifest, submission.content.manifest) } ?? .null
        return .object(
            object.with("manifest", submission.content.manifest).with("report", submission.content.report)
                .with("changes", comparison)
                .with("signer_changed", .bool(before.map { $0.content.signer != submission.content.signer } ?? false)))
    }

    /// The published version that it is compared with.
    func predecessor(of submission: PackageSubmission) async throws -> PackageSubmission? {
        submission.predecessor(among: try await packages.published(submission.pin.connector))
    }
}

extension APIContext {
    var isOperator: Bool { caller.lacks([.installationManage]) == nil }
}

extension PackageSubmission {
    func isVisible(to context: APIContext) -> Bool {
        submission.state == .published && (recall?.kind != .quarantined || context.isOperator)
    }
}
