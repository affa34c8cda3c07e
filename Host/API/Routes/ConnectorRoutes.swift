import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// What is installed, and the operator's settings of it.
struct ConnectorRoutes {
    let inventory: any ConnectorInventory
    let settings: any ConnectorSettingsStore
    let packages: any ConnectorPackageStore
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/connectors", list), Route(.get, "/connectors/:id", get),
            Route(.get, "/connectors/:id/settings", getSettings), Route(.put, "/connectors/:id/settings", setSettings),
            Route(.get, "/connectors/:id/:version", getVersion),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let installed = try await installed()
        // A host has tens of connectors; all of them fit one page.
        let listings = inventory.listings()
        let here = Set(listings.map(\.pin))
        let missing = installed.filter { !here.contains($0.key) }.values.sorted {
            $0.pin.description < $1.pin.description
        }
        let items = (listings + missing.map(\.listing)).map { listing in
            var object = listing.json
            object["installation"] = installed[listing.pin]?.json ?? .null
            return JSON.object(object)
        }
        return Response(["items": .array(items), "next_cursor": .null])
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = context.parameter("id")
        var query = try Query(request, known: ["version"])
        let wanted = query.read("version", expecting: "a version such as 1.0.0") { Version($0) }
        try query.check()
        return try await answer(try listing(of: id, version: wanted))
    }

    @Sendable private func getVersion(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let (id, text) = (context.parameter("id"), context.parameter("version"))
        guard let version = Version(text) else {
            throw APIError.noConnector(id, version: text, among: inventory.listings())
        }
        let listings = inventory.listings()
        let here = listings.first { $0.id == id && Version($0.version) == version }
        let missing = try await installed()["\(id)@\(version)"]?.listing
        guard let listing = here ?? missing else {
            throw APIError.noConnector(id, version: text, among: listings)
        }
        return try await answer(listing)
    }

    private func answer(_ listing: ConnectorListing) async throws -> Response {
        let manifest = Version(listing.version).flatMap { inventory.manifest(of: listing.id, version: $0) }
        var object = listing.json(manifest: manifest)
        object["installation"] = try await installed()[listing.pin]?.json ?? .null
        let reports = try await packages.reports(since: clock.now + -ConnectorReport.life)
        object["hosts"] = .array(reports.compactMap { $0.json(of: listing.id, version: listing.version) })
        return Response(.object(object))
    }

    /// By `id@version`.
    private func installed() async throws -> [String: ConnectorInstallation] {
        Dictionary(try await packages.installations().map { ($0.pin.description, $0) }) { first, _ in first }
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

    /// The version wanted, or else the one that workflows get which name none, or else the newest that can be used, or else
    /// the newest.
    private func listing(of id: String, version: Version?) throws(APIError) -> ConnectorListing {
        let all = inventory.listings()
        let listings = all.filter { $0.id == id }
        if let version = version ?? inventory.versions(of: id).first {
            if let listing = listings.first(where: { Version($0.version) == version }) { return listing }
        } else if let listing = listings.first(where: { $0.state != .refused }) ?? listings.first {
            return listing
        }
        throw .noConnector(id, version: version?.description ?? "", among: all)
    }

}

extension ConnectorInstallation {
    /// As this host, which does not have it, shows it.
    fileprivate var listing: ConnectorListing {
        ConnectorListing(
            id: connector, version: version.description, name: connector, summary: "", category: "", state: .refused,
            refusal: ConnectorRefusal(
                code: "not-installed", have: "no copy of \(pin) on this host yet",
                need: "the package from the database",
                hint: "It is fetched within seconds; look into the host's log when it stays so."))
    }
}

extension ConnectorListing {
    fileprivate var pin: String { "\(id)@\(version)" }
}

extension APIError {
    /// Which versions there are, or which connector may have been meant.
    static func noConnector(_ id: String, version: String, among all: [ConnectorListing]) -> APIError {
        let versions = all.filter { $0.id == id }.map(\.version)
        guard versions.isEmpty else {
            return APIError(
                .connectorNotFound, "Version \(version) of the connector \(id.quoted) is not installed.",
                details: ["connector": .string(id), "versions": .array(versions.map(JSON.string))])
        }
        var details: JSONObject = ["connector": .string(id.shortened(to: 80))]
        if let nearest = Suggestion.nearest(to: id, among: all.map(\.id)) { details["suggestion"] = .string(nearest) }
        return APIError(.connectorNotFound, "There is no connector \(id.quoted).", details: details)
    }
}
