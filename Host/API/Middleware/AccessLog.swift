import Hummingbird
import Logging

/// One line a request: method, path without query, status, milliseconds, request id. Never a header or a body.
struct AccessLog: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request, context: APIContext, next: Next
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        context.logger.log(
            level: Self.isProbe(request.uri.path) ? .debug : .info, "request",
            metadata: [
                LogKeys.method: .string(request.method.rawValue),
                LogKeys.path: .string(Self.shortened(request.uri.path)),
                LogKeys.status: .stringConvertible(response.status.code),
                LogKeys.duration: .stringConvertible((ContinuousClock.now - start) / .milliseconds(1)),
            ])
        return response
    }

    /// Probes come every few seconds and would hide the rest.
    private static func isProbe(_ path: String) -> Bool { path == "/healthz" || path == "/readyz" }

    private static func shortened(_ path: String) -> String {
        path.utf8.count <= 256 ? path : path.prefix(256) + "…"
    }
}
