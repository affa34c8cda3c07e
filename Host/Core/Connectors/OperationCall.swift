package import PatchbayJSON

/// One attempt of one operation, as the engine asks for it.
package struct OperationCall: Sendable {
    package var tenant: TenantID
    package var run: RunID
    package var node: String
    package var attempt: Int
    package var reference: OperationReference
    package var input: JSON
    /// Name of the tenant's credential that the node uses.
    package var credential: String?
    package var idempotencyKey: String
    package var deadline: Timestamp
    /// The trigger that is polled; nil for a step's attempt. Its call has no run: the id only names the call.
    package var poll: PollID?
    /// The subscription that is made or ended, or that a delivery came to; as with `poll` there is no run.
    package var subscription: WebhookID?

    package init(
        tenant: TenantID, run: RunID, node: String, attempt: Int, reference: OperationReference, input: JSON,
        credential: String?, idempotencyKey: String, deadline: Timestamp, poll: PollID? = nil,
        subscription: WebhookID? = nil
    ) {
        self.tenant = tenant
        self.run = run
        self.node = node
        self.attempt = attempt
        self.reference = reference
        self.input = input
        self.credential = credential
        self.idempotencyKey = idempotencyKey
        self.deadline = deadline
        self.poll = poll
        self.subscription = subscription
    }
}

/// Calls operations. Throws `OperationFailure`, or `CancellationError` when the calling task was cancelled.
package protocol OperationInvoker: Sendable {
    func invoke(_ call: OperationCall) async throws -> OperationResult
}

/// What a call gave: the output, and the lines it logged (secrets masked, at most 1,000).
package struct OperationResult: Sendable {
    package var output: JSON
    package var log: [LogLine]

    package init(output: JSON, log: [LogLine] = []) {
        self.output = output
        self.log = log
    }
}

/// A line in a step's log.
package struct LogLine: Sendable, Equatable {
    package enum Level: String, Sendable, CaseIterable { case debug, info, warning, error }

    package var at: Timestamp
    package var level: Level
    package var message: String
    /// An object, or null.
    package var fields: JSON

    package init(at: Timestamp, level: Level, message: String, fields: JSON = .null) {
        self.at = at
        self.level = level
        self.message = message
        self.fields = fields
    }
}

/// How a call failed. The codes are the ABI's (`status.h`), with the same meaning.
package struct OperationFailure: Error, Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable {
        case internalError = "internal"
        case invalidInput = "invalid_input"
        case authExpired = "auth_expired"
        case authDenied = "auth_denied"
        case notFound = "not_found"
        case conflict
        case rateLimited = "rate_limited"
        case unavailable, timeout, cancelled, upstream, config, unsupported
    }
    package enum Effect: String, Sendable { case unknown, none, applied }

    package var code: Code
    /// One sentence for the person who built the workflow; holds no secret.
    package var message: String
    /// Whether another attempt may succeed; the connector's word, else what the code implies.
    package var isRetryable: Bool
    /// Milliseconds to wait before the next attempt, when somebody said.
    package var retryAfter: Int64?
    package var effect: Effect
    package var httpStatus: Int?
    package var vendorCode: String?
    package var detail: JSON
    /// JSON pointer into the input.
    package var pointer: String?
    package var log: [LogLine]

    package init(
        code: Code, message: String, isRetryable: Bool? = nil, retryAfter: Int64? = nil, effect: Effect = .unknown,
        httpStatus: Int? = nil, vendorCode: String? = nil, detail: JSON = .null, pointer: String? = nil,
        log: [LogLine] = []
    ) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable ?? code.isRetryable
        self.retryAfter = retryAfter
        self.effect = effect
        self.httpStatus = httpStatus
        self.vendorCode = vendorCode
        self.detail = detail
        self.pointer = pointer
        self.log = log
    }
}

extension OperationFailure.Code {
    /// Whether the code alone suggests another attempt.
    package var isRetryable: Bool {
        switch self {
        case .rateLimited, .unavailable, .timeout, .authExpired: true
        default: false
        }
    }
}
