import PatchbayCore
import PatchbayExpressions
package import PatchbayJSON

/// Why a step failed, in the form the journal keeps: {code, message, …}, with every text bounded.
package struct StepError: Error, Sendable, Equatable {
    /// Bytes a message may have; longer ones are cut.
    package static let longestMessage = 4 << 10
    /// Bytes the detail may have as JSON text; a larger one is left out.
    package static let largestDetail = 16 << 10

    package let json: JSON
    /// Whether another attempt may succeed.
    let isRetryable: Bool
    /// Milliseconds somebody asked to wait before the next attempt.
    let retryAfter: Int64?

    /// The same word as in `json`.
    let code: String

    init(code: String, message: String, pointer: String? = nil, isRetryable: Bool = false) {
        var object: JSONObject = ["code": .string(code), "message": .string(message.bounded(to: Self.longestMessage))]
        object["pointer"] = pointer.map { .string($0.bounded(to: 1 << 10)) }
        json = .object(object)
        self.code = code
        self.isRetryable = isRetryable
        retryAfter = nil
    }

    /// Of a body, as that of its container: {code, message, node}. Whether it may pass nobody can say, so that whoever
    /// wants the container tried again gets that.
    init(container error: JSON) {
        self.init(known: error)
    }

    /// Of a child run, as that of the step that asked for it.
    init(child error: JSON) {
        guard case .object(var object) = StepError.summary(of: error) else {
            self.init(known: error)
            return
        }
        object["message"] = .string(
            "The sub-workflow failed: \(error["message"]?.string ?? "")".bounded(to: Self.longestMessage))
        if let node = error["node"]?.string { object["child_node"] = .string(node.bounded(to: 100)) }
        self.init(known: .object(object))
    }

    private init(known error: JSON) {
        json = error.object == nil ? StepError.summary(of: error) : error
        code = error["code"]?.string ?? "internal"
        isRetryable = code != "cancelled"
        retryAfter = nil
    }

    init(_ failure: OperationFailure) {
        var object: JSONObject = [
            "code": .string(failure.code.rawValue),
            "message": .string(failure.message.bounded(to: Self.longestMessage)),
            "retryable": .bool(failure.isRetryable),
            "effect": .string(failure.effect.rawValue),
        ]
        object["http_status"] = failure.httpStatus.map { .int(Int64($0)) }
        object["vendor_code"] = failure.vendorCode.map { .string($0.bounded(to: 256)) }
        object["pointer"] = failure.pointer.map { .string($0.bounded(to: 1 << 10)) }
        if !failure.detail.isNull, failure.detail.size(within: Self.largestDetail) == nil {
            object["detail"] = failure.detail
        }
        json = .object(object)
        code = failure.code.rawValue
        isRetryable = failure.isRetryable
        retryAfter = failure.retryAfter
    }

    init(_ error: ExpressionError) {
        self.init(code: "expression", message: error.description, pointer: error.pointer)
    }

    /// The part of an error that other nodes and the run's own error show.
    static func summary(of error: JSON) -> JSON {
        ["code": error["code"] ?? "internal", "message": error["message"] ?? "The step failed."]
    }
}

extension String {
    /// The text itself, or as much of its beginning as fits, with an ellipsis; never half a character.
    func bounded(to bytes: Int) -> String {
        guard utf8.count > bytes else { return self }
        var end = utf8.index(startIndex, offsetBy: max(bytes - 3, 0))
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end]) + "…"
    }
}
