import HTTPTypes
import Hummingbird
import PatchbayCore

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
    /// The same where answering takes the processor for milliseconds: away from the event loop, whose other connections
    /// would wait meanwhile.
    var laborious: Route {
        let handler = handler
        return Route(method, path) { request, context in
            try await withTaskExecutorPreference(globalConcurrentExecutor) { try await handler(request, context) }
        }
    }

    /// The same below `/api/v1`, answered when the gate lets a request through by the table's rule, and its sender has made
    /// no more requests than they may (those that are refused count too); taken down when it changed something or was
    /// refused.
    func guarded(by gate: Gate, _ limiter: RateLimiter, _ audit: AuditDesk) -> Route {
        let (route, rule, rateClass) = (self, rule, rateClass)
        return Route(method, "/api/v1" + path) { request, context in
            var context = context
            var refusal: (any Error)?
            do {
                try await gate.admit(request, &context, rule)
            } catch {
                refusal = error
            }
            // Before anything is taken down: who sends too much must not fill the log.
            try await limiter.admit(context.rateKey(rateClass), noting: context.rates)
            if let refusal {
                if let refusal = refusal as? APIError { await audit.refused(refusal, request, context, route) }
                throw refusal
            }
            let admitted = context
            return try await audit.answer(request, admitted, route) { try await route.handler(request, admitted) }
        }
    }

    /// What starts runs has a class of its own, by whichever path.
    var rateClass: RateClass {
        if method == .post, path == "/workflows/:id/execute" || path == "/runs" { return .execute }
        return path.hasPrefix("/credentials") ? .credentials : .api
    }

    /// Who may have it answered.
    var rule: AccessTable.Rule { AccessTable.rule(method, path) ?? AccessTable.closed }
}

extension RouterMethods<APIContext> {
    func add(_ routes: [Route]) {
        for route in routes { on(RouterPath(route.path), method: route.method, use: route.handler) }
    }
}
