import Hummingbird
import PatchbayJSON

/// What load balancers and people look at first.
struct HealthRoutes {
    let version: String
    let isReady: @Sendable () async -> Bool

    var routes: [Route] {
        [Route(.get, "/", root), Route(.get, "/healthz", health), Route(.get, "/readyz", readiness)]
    }

    @Sendable private func root(_ request: Request, _ context: APIContext) async throws -> Response {
        Response([
            "name": "patchbay", "version": .string(version), "api": "/api/v1",
            "openapi": "/api/v1/openapi.json", "health": "/healthz",
            "readiness": "/readyz",
        ])
    }

    @Sendable private func health(_ request: Request, _ context: APIContext) async throws -> Response {
        Response(["status": "ok"])
    }

    @Sendable private func readiness(_ request: Request, _ context: APIContext) async throws -> Response {
        guard await isReady() else {
            throw APIError(.notReady, "The database does not answer. The host goes on trying.")
        }
        return Response(["status": "ready"])
    }
}
