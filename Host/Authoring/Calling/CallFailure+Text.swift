package import PatchbayCore
import PatchbayJSON

extension OperationFailure {
    /// A failed call as its author should see it: the sentence first, then everything that the engine goes by.
    package var explained: String {
        var lines = ["\(code.rawValue): \(message)"]
        if let pointer { lines.append("  input at fault  \(pointer)") }
        if let httpStatus { lines.append("  HTTP status     \(httpStatus)") }
        if let vendorCode { lines.append("  vendor code     \(vendorCode)") }
        lines.append("  effect          \(effect.rawValue)")
        let wait = retryAfter.map { ", after \($0) ms" } ?? ""
        lines.append("  worth a retry   \(isRetryable ? "yes" + wait : "no")")
        if !detail.isNull { lines.append("  detail          \(detail.text)") }
        return lines.joined(separator: "\n")
    }
}
