import HTTPTypes
import Hummingbird

/// One method at one path, and what answers it.
struct Route: Sendable {
    typealias Handler = @Sendable (Request, APIContext) async throws -> Response

    let method: HTTPRequest.Method
    /// With `:name` for a part that varies and `**` for the rest.
    let path: String
    let handler: Handler

    init(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.handler = handler
    }
}

extension Route {
    /// The same below `/api/v1`, answered when the gate lets a request through by the table's rule.
    func guarded(by gate: Gate) -> Route {
        let (rule, handler) = (rule, handler)
        return Route(method, "/api/v1" + path) { request, context in
            var context = context
            try await gate.admit(request, &context, rule)
            return try await handler(request, context)
        }
    }

    /// Who may have it answered.
    var rule: AccessTable.Rule { AccessTable.rule(method, path) ?? AccessTable.closed }
}

extension RouterMethods<APIContext> {
    func add(_ routes: [Route]) {
        for route in routes { on(RouterPath(route.path), method: route.method, use: route.handler) }
    }
}
