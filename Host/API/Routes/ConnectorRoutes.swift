import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// What is installed, and the operator's settings of it.
struct ConnectorRoutes {
    let inventory: any ConnectorInventory
    let settings: any ConnectorSettingsStore
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/connectors", list), Route(.get, "/connectors/:id", get),
            Route(.get, "/connectors/:id/settings", getSettings), Route(.put, "/connectors/:id/settings", setSettings),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        // A host has tens of connectors; all of them fit one page.
        return Response(["items": .array(inventory.listings().map { .object($0.json) }), "next_cursor": .null])
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = context.parameter("id")
        var query = try Query(request, known: ["version"])
        let wanted = query.read("version", expecting: "a version such as 1.0.0") { Version($0) }
        try query.check()
        let listing = try listing(of: id, version: wanted)
        let manifest = Version(listing.version).flatMap { inventory.manifest(of: id, version: $0) }
        return Response(listing.json(manifest: manifest))
    }

    @Sendable private func getSettings(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = context.parameter("id")
        _ = try listing(of: id, version: nil)
        return Response(try await settings.settings(of: id, in: context.tenant))
    }

    @Sendable private func setSettings(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = context.parameter("id")
        let listing = try listing(of: id, version: nil)
        let body = try await request.json(limit: limits.body)
        guard let version = Version(listing.version), let manifest = inventory.manifest(of: id, version: version) else {
            throw APIError(
                .connectorRefused,
                "The connector cannot be used, so its settings cannot be checked. Its 'refusal' says what to do.",
                details: ["connector": .string(id)])
        }
        let wanted = try SettingsBody(body, manifest: manifest).settings
        try await settings.set(wanted, of: id, in: context.tenant, at: clock.now)
        return Response(wanted)
    }

    /// The version wanted, or else the newest that can be used, or else the newest.
    private func listing(of id: String, version: Version?) throws(APIError) -> ConnectorListing {
        let all = inventory.listings()
        let listings = all.filter { $0.id == id }
        if let version {
            if let listing = listings.first(where: { Version($0.version) == version }) { return listing }
        } else if let listing = listings.first(where: { $0.state != .refused }) ?? listings.first {
            return listing
        }
        guard listings.isEmpty else {
            throw APIError(
                .connectorNotFound,
                "Version \(version?.description ?? "") of the connector \(id.quoted) is not installed.",
                details: ["connector": .string(id), "versions": .array(listings.map { .string($0.version) })])
        }
        var details: JSONObject = ["connector": .string(id.shortened(to: 80))]
        if let nearest = Suggestion.nearest(to: id, among: all.map(\.id)) { details["suggestion"] = .string(nearest) }
        throw APIError(.connectorNotFound, "There is no connector \(id.quoted).", details: details)
    }
}
