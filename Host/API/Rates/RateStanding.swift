import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Synchronization

/// How a caller stands with the limit of a route, after a request.
struct RateStanding: Sendable, Equatable {
    let limit: Int
    /// As far as this host knows.
    let remaining: Int
    /// When the window ends and all begins anew.
    let reset: Timestamp
    let isAdmitted: Bool

    /// `X-RateLimit-Limit`, `-Remaining` and `-Reset` (seconds since 1970).
    func write(to headers: inout HTTPFields) {
        headers[.rateLimit] = String(limit)
        headers[.rateRemaining] = String(remaining)
        headers[.rateReset] = String(reset.milliseconds / 1_000)
    }
}

/// Carries the standing from where it is known to where every answer passes.
final class RateNote: Sendable {
    private let state: Mutex<RateStanding?> = Mutex(nil)

    var standing: RateStanding? {
        get { state.withLock(\.self) }
        set { state.withLock { $0 = newValue } }
    }
}

extension APIError {
    static func rateLimited(_ standing: RateStanding, of rateClass: RateClass, at now: Timestamp) -> APIError {
        let seconds = max(1, (standing.reset - now + 999) / 1_000)
        return APIError(
            .rateLimited,
            "More than \(standing.limit) requests of this kind in a minute. Wait \(seconds) seconds, or ask the operator "
                + "for a higher limit.",
            details: [
                "class": .string(rateClass.rawValue), "limit": .int(Int64(standing.limit)),
                "retry_after_seconds": .int(seconds),
            ], headers: [.retryAfter: String(seconds)])
    }
}

extension HTTPField.Name {
    static let rateLimit = HTTPField.Name("X-RateLimit-Limit")!
    static let rateRemaining = HTTPField.Name("X-RateLimit-Remaining")!
    static let rateReset = HTTPField.Name("X-RateLimit-Reset")!
}
