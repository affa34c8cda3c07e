import HTTPTypes
import Hummingbird
import PatchbayCore

/// The addresses of live updates, as ordinary requests see them. A request that asks for WebSocket in the right way never
/// comes here; the others learn what is missing.
struct LiveRoutes {
    let runs: any RunStore

    var routes: [Route] {
        [Route(.get, "/live", tenant)] + ["/runs", "/executions"].map { Route(.get, $0 + "/:id/live", run) }
    }

    @Sendable private func tenant(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["after", LiveTarget.tenantParameter])
        _ = query.read("after", expecting: "'cursor' of a message") { RunChange.Cursor(text: $0) }
        try query.check()
        throw Self.needsWebSocket
    }

    @Sendable private func run(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["after", LiveTarget.tenantParameter])
        _ = query.read("after", expecting: "'cursor' of a message") { LiveTarget.sequence($0) }
        try query.check()
        let id = try context.runID()
        guard try await runs.run(id, in: context.tenant) != nil else { throw APIError.noRun(id) }
        throw Self.needsWebSocket
    }

    private static var needsWebSocket: APIError {
        APIError(
            .upgradeRequired,
            "Live updates are sent over WebSocket. Connect with a WebSocket client (version 13) to the same address.",
            headers: [.upgrade: "websocket"])
    }
}
