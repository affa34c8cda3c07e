import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// Moving workflows to another version of a connector: an act of its own, which shows what it changes.
struct PinRoutes {
    let routes: [Route]

    init(
        routes workflows: WorkflowRoutes, inventory: any ConnectorInventory, packages: any ConnectorPackageStore,
        changes: @escaping @Sendable (JSON, JSON) -> JSON, clock: any TimeSource, limits: APILimits
    ) {
        let moves = PinMoves(workflows: workflows, inventory: inventory, changes: changes, clock: clock)
        routes = [
            Route(.post, "/workflows/:id/connectors/upgrade") { request, context in
                let body = try await PinBody(request, limits: limits)
                let connector = try body.required()
                let version = try body.version ?? moves.newest(of: connector)
                return Response(
                    try await moves.move(
                        try context.workflowID(), to: ConnectorPin(connector: connector, version: version),
                        isTrial: body.isTrial, in: context
                    ).answered())
            },
            Route(.post, "/workflows/:id/connectors/rollback") { request, context in
                let body = try await PinBody(request, limits: limits)
                let id = try context.workflowID()
                let pin = try await moves.earlier(of: try body.required(), in: id, context)
                return Response(
                    try await moves.move(id, to: pin, isTrial: body.isTrial, in: context).answered())
            },
            Route(.post, "/connectors/:id/upgrade") { request, context in
                let body = try await PinBody(request, limits: limits)
                let connector = context.parameter("id")
                let version = try body.version ?? moves.newest(of: connector)
                let users = try await packages.users(of: connector, in: context.tenant, limit: Self.mostWorkflows)
                let pin = ConnectorPin(connector: connector, version: version)
                var items: [JSON] = []
                for user in users where user.pins.contains(where: { $0.connector == connector && $0 != pin }) {
                    // One that cannot be moved is shown with its problems and stops nobody.
                    items.append(
                        try await moves.move(user.id, to: pin, isTrial: body.isTrial, in: context).json)
                }
                return Response([
                    "connector": .string(connector), "to": .string(version.description), "items": .array(items),
                ])
            },
        ]
    }

    /// Workflows that one request moves.
    private static let mostWorkflows = 1_000
}

/// `{"connector", "to", "dry_run"}`
private struct PinBody {
    let connector: String?
    let version: Version?
    let isTrial: Bool

    init(_ request: Request, limits: APILimits) async throws {
        var body = try MemberReader(
            body: try await request.json(limit: limits.body, whenEmpty: [:]), known: ["connector", "to", "dry_run"])
        connector = body.text("connector")
        let text = body.text("to")
        version = text.flatMap { Version($0) }
        isTrial = body.bool("dry_run") ?? false
        if text != nil, version == nil {
            body.report("bad-version", at: "to", "'to' must be an exact version such as 1.1.0")
        }
        try body.check()
    }

    func required() throws(APIError) -> String {
        guard let connector else {
            throw .invalid(
                [
                    Problem(
                        code: "missing-member", pointer: "/connector", message: "the body must name a 'connector'",
                        hint: "the id of a connector that the workflow uses")
                ], what: "body")
        }
        return connector
    }
}
