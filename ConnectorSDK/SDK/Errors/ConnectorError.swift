public import PatchbayJSON

/// How an action failed, told so that the engine knows what to do and the person knows what to change.
public struct ConnectorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The ABI's codes; `status.h` says what the host does with each.
    public enum Code: Int32, Sendable, CaseIterable {
        /// A defect of the connector.
        case internalError = 0
        /// The input is at fault; `pointer` says where.
        case invalidInput = 1
        /// The credential ran out.
        case authExpired = 2
        /// The credential is wrong or lacks a permission.
        case authDenied = 3
        /// What the input names does not exist.
        case notFound = 4
        /// The other side is in a state that forbids it.
        case conflict = 5
        /// Too many calls; `retryAfter` says when it is worth trying.
        case rateLimited = 6
        /// The other side cannot be reached or is down.
        case unavailable = 7
        /// No answer in time.
        case timeout = 8
        /// Ended because the host asked for it.
        case cancelled = 9
        /// The other side answered with an error or with nonsense.
        case upstream = 10
        /// The settings are at fault.
        case config = 11
        /// Not offered.
        case unsupported = 12
    }

    /// Whether trying again makes sense.
    public enum Retry: Int32, Sendable {
        /// As the code says: yes for `rateLimited`, `unavailable`, `timeout`, `authExpired`.
        case byCode = 0
        case yes = 1
        case no = 2
    }

    /// What the failed action has done to the outside world.
    public enum Effect: Int32, Sendable {
        case unknown = 0
        case none = 1
        case applied = 2
    }

    public var code: Code
    /// One sentence for the person who built the workflow: what happened and what to do. Holds no secret.
    public var message: String
    public var retry: Retry
    /// How long to wait before the next try, when somebody said.
    public var retryAfter: Duration?
    public var effect: Effect
    /// The status that the other side answered with.
    public var httpStatus: Int?
    /// The vendor's own word for it, such as `channel_not_found`.
    public var vendorCode: String?
    /// What else the vendor said, for that person to look into. Holds no secret.
    public var detail: JSON?
    /// JSON pointer (RFC 6901) to the member of the input at fault.
    public var pointer: String?

    public init(
        _ code: Code, _ message: String, retry: Retry = .byCode, retryAfter: Duration? = nil,
        effect: Effect = .unknown, httpStatus: Int? = nil, vendorCode: String? = nil, detail: JSON? = nil,
        pointer: String? = nil
    ) {
        self.code = code
        self.message = message
        self.retry = retry
        self.retryAfter = retryAfter
        self.effect = effect
        self.httpStatus = httpStatus
        self.vendorCode = vendorCode
        self.detail = detail
        self.pointer = pointer
    }

    public var description: String { "\(code): \(message)" }
}

extension ConnectorError {
    /// A member of the input that cannot be: `.invalid("/blocks", "needs at least one block")`.
    public static func invalid(_ pointer: String, _ message: String) -> ConnectorError {
        ConnectorError(.invalidInput, "`\(pointer)` \(message)", effect: .none, pointer: pointer)
    }
}
