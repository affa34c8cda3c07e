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

extension RouterMethods<APIContext> {
    func add(_ routes: [Route]) {
        for route in routes { on(RouterPath(route.path), method: route.method, use: route.handler) }
    }
}
