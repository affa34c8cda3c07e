import PatchbayJSON

/// Reads how often something is tried.
enum RetryReader {
    private static let mostCodes = 50

    /// The object's member `retry`; nil when there is none.
    static func read(_ reader: inout MemberReader) -> RetryPolicy? {
        guard let object = reader.object("retry") else { return nil }
        var inner = MemberReader(
            object, at: reader.pointer(to: "retry"), of: reader.node, subject: "\"retry\" of \(reader.subject)")
        var policy = RetryPolicy(attempts: 1)
        if let attempts = inner.integer("attempts", in: 1...100, required: true) { policy.attempts = Int(attempts) }
        if let backoff = inner.word("backoff", of: RetryPolicy.Backoff.self) { policy.backoff = backoff }
        if let initial = inner.duration("initial") { policy.initial = initial }
        policy.max = inner.duration("max") ?? max(policy.max, policy.initial)
        if policy.max < policy.initial {
            inner.report(
                "bad-duration", at: "max",
                "the longest wait is shorter than the first of \(DurationText.text(policy.initial))",
                hint: "make \"max\" at least as long as \"initial\"")
        }
        if let jitter = inner.bool("jitter") { policy.jitter = jitter }
        policy.codes = codes(&inner)
        inner.refuseUnknown(known: ["attempts", "backoff", "initial", "max", "jitter", "on"])
        reader.adopt(inner.problems)
        return policy
    }

    /// Codes of errors; any word is taken, since sub-workflows may end with words of their own.
    private static func codes(_ reader: inout MemberReader) -> [String]? {
        guard let list = reader.array("on") else { return nil }
        let codes = list.compactMap(\.string).filter { !$0.isEmpty && $0.utf8.count <= 100 }
        if codes.count != list.count || codes.isEmpty || codes.count > mostCodes {
            reader.report(
                "bad-value", at: "on", "\"on\" of \(reader.subject) must be 1 to \(mostCodes) codes of errors",
                hint: "write such as [\"rate_limited\", \"timeout\"], or leave it out for all that may pass")
        }
        return codes
    }
}
