import CPatchbay
import PatchbayCore
import PatchbayFrames
import PatchbayJSON
import PatchbayOutbound

extension OperationFailure {
    /// What a connector said of a failure. Words that this host does not know read as the ABI's fourth rule says; texts are
    /// cut, and what is no JSON is left out.
    init(_ raw: pb_error, redaction: Redaction?) {
        func text(_ bytes: pb_bytes, _ limit: Int) -> String? {
            let text = bytes.text(atMost: limit)
            return text.isEmpty ? nil : redaction?.masked(text) ?? text
        }
        let code = Code(abi: raw.code)
        let detail =
            (try? JSON(parsing: Array(raw.detail.buffer ?? .init(start: nil, count: 0)), limits: .detail)) ?? .null
        self.init(
            code: code,
            message: text(raw.message, 4 << 10) ?? "The connector failed without a message (\(code.rawValue)).",
            isRetryable: raw.retry == PB_RETRY_YES ? true : raw.retry == PB_RETRY_NO ? false : nil,
            retryAfter: raw.retry_after_ms < 0 ? nil : raw.retry_after_ms,
            effect: raw.effect == PB_EFFECT_NONE ? .none : raw.effect == PB_EFFECT_APPLIED ? .applied : .unknown,
            httpStatus: raw.http_status == 0 ? nil : Int(raw.http_status), vendorCode: text(raw.vendor_code, 256),
            detail: redaction?.masked(detail) ?? detail, pointer: text(raw.pointer, 1 << 10))
    }
}

extension OperationFailure.Code {
    /// In the order of `PB_CODE_…`.
    private static let abi: [Self] = [
        .internalError, .invalidInput, .authExpired, .authDenied, .notFound, .conflict, .rateLimited, .unavailable,
        .timeout, .cancelled, .upstream, .config, .unsupported,
    ]

    init(abi number: Int32) {
        self = Self.abi.indices.contains(Int(number)) ? Self.abi[Int(number)] : .internalError
    }

    var abi: Int32 { Int32(Self.abi.firstIndex(of: self) ?? 0) }
}

extension JSONLimits {
    /// For what a connector adds to a failure or a log line.
    fileprivate static let detail = JSONLimits(depth: 64, bytes: 64 << 10)
}
