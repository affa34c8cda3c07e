import HTTPTypes
import Hummingbird
import Logging

/// What is done with every request, around the route that answers it. One middleware and not a chain of them, since each link
/// costs as much as a cheap route: a hop between executors and a copy of the context.
struct RequestFrame: RouterMiddleware {
    typealias Context = APIContext

    let identity: RequestIdentity
    let log: AccessLog
    let security: SecurityHeaders
    let crossOrigin: CrossOrigin
    let errors: ErrorAnswers

    func handle(_ request: Request, context: APIContext, next: Next) async throws -> Response {
        var context = context
        let start = ContinuousClock.now
        identity.identify(&context, by: request)
        let rates = RateNote()
        context.rates = rates
        var response: Response
        if let preflight = crossOrigin.preflight(request) {
            response = preflight
        } else {
            do {
                response = try await next(request, context)
            } catch {
                response = errors.answer(to: error, of: request, context)
            }
            rates.standing?.write(to: &response.headers)
        }
        crossOrigin.write(to: &response.headers, for: request)
        security.write(to: &response.headers)
        log.write(request.method, request.uri.path, response.status, since: start, context.log, context.requestID)
        response.headers[.requestID] = context.requestID
        return response
    }
}
