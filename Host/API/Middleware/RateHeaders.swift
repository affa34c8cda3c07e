import HTTPTypes
import Hummingbird

/// Tells with every answer of a limited route how the sender stands with its limit, whatever the answer is.
struct RateHeaders: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request, context: APIContext, next: Next
    ) async throws -> Response {
        var context = context
        let note = RateNote()
        context.rates = note
        var response = try await next(request, context)
        note.standing?.write(to: &response.headers)
        return response
    }
}
