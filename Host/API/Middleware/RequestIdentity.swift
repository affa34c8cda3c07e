import HTTPTypes
import Hummingbird
import Logging
import PatchbayCore

/// Gives every request a name, which the answer carries: the caller's own `X-Request-ID` when it is a sane one.
struct RequestIdentity: RouterMiddleware {
    typealias Context = APIContext

    let clock: any TimeSource

    func handle(
        _ request: Request, context: APIContext, next: Next
    ) async throws -> Response {
        var context = context
        let given = request.headers[.requestID].flatMap { Self.isSane($0) ? $0 : nil }
        context.requestID = given ?? PatchbayCore.RequestID.new(at: clock.now).description
        context.logger[metadataKey: LogKeys.requestID] = .string(context.requestID)
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        return response
    }

    /// Letters, digits, `-`, `_`, `.`, at most 128: enough for every tracing scheme, and no harm in a log line.
    static func isSane(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                switch $0 {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
                default: false
                }
            }
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-ID")!
}
