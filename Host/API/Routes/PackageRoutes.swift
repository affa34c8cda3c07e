import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// Installing connectors for all hosts, and what becomes of their versions.
struct PackageRoutes {
    let inventory: any ConnectorInventory
    let packages: any ConnectorPackageStore
    let installer: any ConnectorInstaller
    let clock: any TimeSource
    let limits: APILimits

    /// Who is noted, until requests come from people.
    private static let actor = "api"
    /// Workflows and runs that an answer lists besides their number.
    private static let mostListed = 20

    var routes: [Route] {
        [
            Route(.post, "/connectors", install), Route(.post, "/connectors/:id/rollback", rollback),
            Route(.post, "/connectors/:id/:version/enable", enable),
            Route(.post, "/connectors/:id/:version/disable", disable),
            Route(.post, "/connectors/:id/:version/resume", resume),
            Route(.post, "/connectors/:id/:version/retire", retire),
            Route(.get, "/connectors/:id/:version/needs", needs),
            Route(.delete, "/connectors/:id/:version", remove),
        ]
    }

    @Sendable private func install(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["may_connect"])
        let mayConnect = query.read("may_connect", expecting: "`true` or `false`") { Bool($0) } ?? false
        try query.check()
        let type = MediaType(request.headers[.contentType])
        let outcome: ConnectorInstalling
        if type.isJSON {
            var body = try MemberReader(
                body: try await request.json(limit: limits.body), known: ["url", "may_connect"])
            let url = body.text("url", required: true, limit: 2_000)
            let isGranted = body.bool("may_connect") ?? mayConnect
            try body.check()
            outcome = try await installer.install(from: url ?? "", mayConnect: isGranted, by: Self.actor)
        } else if Self.packageTypes.contains(type.name) {
            outcome = try await installer.install(
                try await request.bytes(limit: limits.package), mayConnect: mayConnect, by: Self.actor)
        } else {
            throw APIError(
                .unsupportedMediaType,
                "Send a package as 'Content-Type: \(Self.packageTypes[0])', or {\"url\": …} as 'application/json'.")
        }
        return try Self.answer(outcome)
    }

    /// What came of an installation.
    static func answer(_ outcome: ConnectorInstalling) throws(APIError) -> Response {
        switch outcome {
        case .installed(let installation):
            let place = "/api/v1/connectors/\(installation.connector)/\(installation.version)"
            return Response(installation.json, status: .created, headers: [.location: place])
        case .unchanged(let installation): return Response(installation.json)
        case .taken(let installation): throw APIError.taken(installation)
        }
    }

    static let packageTypes = ["application/vnd.patchbay.connector", "application/octet-stream"]

    /// What was set aside because it kept crashing may be tried again, too; on this host alone where only it has the version.
    @Sendable private func enable(_ request: Request, _ context: APIContext) async throws -> Response {
        let pin = try pin(context)
        let wasSetAside = await installer.tryAgain(pin)
        do {
            return Response(try await set(.enabled, request, context).json)
        } catch let error as APIError where error.code == .connectorNotManaged && wasSetAside {
            return Response(["connector": .string(pin.connector), "version": .string(pin.version.description)])
        }
    }

    /// What this host has set aside takes calls again, whatever its installation is.
    @Sendable private func resume(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let pin = try pin(context)
        let wasSetAside = await installer.tryAgain(pin)
        let listings = inventory.listings()
        let isHere = listings.contains { $0.id == pin.connector && $0.version == pin.version.description }
        guard wasSetAside || isHere else {
            throw APIError.noConnector(pin.connector, version: pin.version.description, among: listings)
        }
        return Response([
            "connector": .string(pin.connector), "version": .string(pin.version.description),
            "resumed": .bool(wasSetAside),
        ])
    }

    @Sendable private func disable(_ request: Request, _ context: APIContext) async throws -> Response {
        Response(try await set(.disabled, request, context).json)
    }

    /// A host lets it go once nobody needs it, and not before requests that began earlier have come to their end.
    @Sendable private func retire(_ request: Request, _ context: APIContext) async throws -> Response {
        let installation = try await set(.retiring, request, context)
        let needs = try await packages.needs(of: installation.pin, limit: Self.mostListed)
        return Response(["installation": installation.json, "needs": .object(needs.json)], status: .accepted)
    }

    private func set(
        _ state: ConnectorInstallation.State, _ request: Request, _ context: APIContext
    ) async throws -> ConnectorInstallation {
        try Query(request, known: []).check()
        let pin = try pin(context)
        guard let installation = try await packages.set(state, of: pin, by: Self.actor, at: clock.now) else {
            throw missing(pin)
        }
        await installer.settle()
        return installation
    }

    @Sendable private func needs(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let pin = try pin(context)
        return Response(.object(try await packages.needs(of: pin, limit: PageRequest.largest).json))
    }

    @Sendable private func remove(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let pin = try pin(context)
        switch try await packages.remove(pin, by: Self.actor, at: clock.now) {
        case .removed:
            await installer.settle()
            return Response(status: .noContent)
        case .notInstalled: throw missing(pin)
        case .needed(let needs):
            var details = needs.json
            details["connector"] = .string(pin.connector)
            details["version"] = .string(pin.version.description)
            throw APIError(
                .connectorInUse,
                "\(pin) is needed by \(needs.workflowCount) workflows and \(needs.runCount) runs. Move the workflows to "
                    + "another version, let the runs end, or retire it: then it goes when nobody needs it any more.",
                details: details)
        }
    }

    /// Takes the newest version back: workflows that are saved without a version get the one before.
    @Sendable private func rollback(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = context.parameter("id")
        var body = try MemberReader(body: try await request.json(limit: limits.body, whenEmpty: [:]), known: ["from"])
        let from = body.text("from")
        try body.check()
        let versions = inventory.versions(of: id)
        guard let newest = versions.first else {
            throw APIError.noConnector(id, version: "", among: inventory.listings())
        }
        guard from == nil || from == newest.description, versions.count > 1 else {
            throw APIError(
                .noEarlierVersion,
                versions.count > 1
                    ? "The newest version of \(id.quoted) is \(newest), not \(from ?? "")."
                    : "\(newest) is the only version of \(id.quoted) that workflows can get; there is none to go back to.",
                details: [
                    "connector": .string(id), "versions": .array(versions.map { .string($0.description) }),
                ])
        }
        let pin = ConnectorPin(connector: id, version: newest)
        guard try await packages.set(.disabled, of: pin, by: Self.actor, at: clock.now) != nil else {
            throw missing(pin)
        }
        await installer.settle()
        return Response([
            "connector": .string(id), "disabled": .string(newest.description),
            "current": .string(versions[1].description),
        ])
    }

    private func pin(_ context: APIContext) throws(APIError) -> ConnectorPin {
        let (id, text) = (context.parameter("id"), context.parameter("version"))
        guard let version = Version(text) else {
            throw .noConnector(id, version: text, among: inventory.listings())
        }
        return ConnectorPin(connector: id, version: version)
    }

    private func missing(_ pin: ConnectorPin) -> APIError {
        let listings = inventory.listings()
        guard listings.contains(where: { $0.id == pin.connector && $0.version == pin.version.description }) else {
            return .noConnector(pin.connector, version: pin.version.description, among: listings)
        }
        return APIError(
            .connectorNotManaged,
            "\(pin) lies in the plugins folder of this host, and is not installed for all hosts. Change it there, or "
                + "install its package.",
            details: ["connector": .string(pin.connector), "version": .string(pin.version.description)])
    }
}

extension APIError {
    static func taken(_ installation: ConnectorInstallation) -> APIError {
        APIError(
            .connectorRefused, "\(installation.pin) is installed with other bytes.",
            details: ["installation": installation.json])
    }
}
