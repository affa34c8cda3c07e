import PatchbayCore
import PatchbayJSON

/// Keeps workflows from being pinned anew to versions that were recalled. What was pinned before stays.
struct PinRecalls: Sendable {
    let packages: any PackageSubmissionStore

    /// - Parameters:
    ///   - document: As it would be stored.
    ///   - former: What it replaces; asked for when it matters.
    func problems(
        in document: JSON, besides former: () async throws -> JSON? = { nil }
    ) async throws -> [Problem] {
        let recalls = try await packages.recalls(among: ConnectorPin.all(in: document))
        guard !recalls.isEmpty else { return [] }
        let kept = try await former().map(ConnectorPin.all) ?? []
        return recalls.filter { !kept.contains($0.key) }.sorted { $0.key.description < $1.key.description }
            .flatMap { pin, recall in
                ConnectorPin.places(of: pin, in: document).map { place in
                    Problem(
                        code: "version-\(recall.kind.rawValue)", pointer: place.description,
                        message: "\(pin) was \(recall.kind.rawValue): \(recall.reason)",
                        hint: "name another version, or none to get the newest")
                }
            }
    }
}
