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
        if let error = APIError(translating: error) { return error }
        // The router's own way to say that no route fits.
        if let error = error as? HTTPError, error.status == .notFound { return unrouted(request) }
        context.logger.error("request failed", metadata: [LogKeys.error: .string(String(describing: error))])
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

extension Response {
    init(error: APIError, requestID: String) {
        let body: JSON = [
            "error": [
                "code": .string(error.code.rawValue), "message": .string(error.message),
                "details": .object(error.details), "request_id": .string(requestID),
            ]
        ]
        self.init(body, status: error.code.status, headers: error.headers)
    }
}
