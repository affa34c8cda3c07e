import HTTPTypes
import Hummingbird
import Logging
import PatchbayJSON

/// Turns every error into an answer of the one shape. What no client needs to know is logged, not told.
struct ErrorAnswers {
    let routes: RouteTable

    func answer(to error: any Error, of request: Request, _ context: APIContext) -> Response {
        let response = Response(
            error: translated(error, of: request, context: context), requestID: context.requestID)
        // An answer to HEAD has no body; one would be taken for the next answer of the connection.
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func translated(_ error: any Error, of request: Request, context: APIContext) -> APIError {
        // The router's own way to say that no route fits.
        if let error = error as? HTTPError, error.status == .notFound { return unrouted(request) }
        return Self.translated(error, context.logger)
    }

    /// What a client is told of an error that no route's absence is.
    static func translated(_ error: any Error, _ logger: @autoclosure () -> Logger) -> APIError {
        if let error = APIError(translating: error) { return error }
        logger().error("request failed", metadata: [LogKeys.error: .string(String(describing: error))])
        return APIError(
            .internalError, "Something went wrong on our side. The server's log has more under this request id.")
    }

    private func unrouted(_ request: Request) -> APIError {
        let path = request.uri.path
        let allowed = routes.methods(at: path)
        guard !allowed.isEmpty else {
            return APIError(
                .notFound, "There is nothing at this path. The API begins at /api/v1.", details: ["path": .string(path)]
            )
        }
        let list = allowed.map(\.rawValue).joined(separator: ", ")
        return APIError(
            .methodNotAllowed, "\(request.method.rawValue) is not possible here; possible are \(list).",
            details: ["allowed": .array(allowed.map { .string($0.rawValue) })], headers: [.allow: list])
    }
}

extension APIError {
    /// The body of its answer.
    func json(requestID: String) -> JSON {
        [
            "error": [
                "code": .string(code.rawValue), "message": .string(message), "details": .object(details),
                "request_id": .string(requestID),
            ]
        ]
    }
}

extension Response {
    init(error: APIError, requestID: String) {
        self.init(error.json(requestID: requestID), status: error.code.status, headers: error.headers)
    }
}
