import PatchbayJSON

/// Reads how often something is tried.
enum RetryReader {
    private static let mostCodes: Int64 = 50
    private static let attempts: ClosedRange<Int64> = 1...100

    static let members = [
        MemberSchema(
            "attempts", "Attempts", "How often it is tried, the first time included.", .integer(attempts),
            required: true, examples: [4]),
        MemberSchema(
            "backoff", "Growth", "Whether waits stay the same, or grow by the same each time, or double.",
            .words(RetryPolicy.Backoff.self), standard: .string(RetryPolicy.none.backoff.rawValue)),
        MemberSchema(
            "initial", "First wait", "How long is waited before the second attempt.", .duration,
            standard: .string(DurationText.text(RetryPolicy.none.initial))),
        MemberSchema(
            "max", "Longest wait", "Waits do not grow beyond this; at least as long as the first.", .duration,
            standard: .string(DurationText.text(RetryPolicy.none.max))),
        MemberSchema(
            "jitter", "Spread", "Whether waits are spread, so that what failed together does not come back together.",
            .bool, standard: .bool(RetryPolicy.none.jitter)),
        MemberSchema(
            "on", "Errors", "Codes of the errors after which it is tried again; all that may pass when absent.",
            .array(of: .text(limit: 100), count: 1...mostCodes), examples: [["rate_limited", "timeout"]]),
    ]

    private static let names = members.map(\.name)

    /// The object's member `retry`; nil when there is none.
    static func read(_ reader: inout MemberReader) -> RetryPolicy? {
        guard let object = reader.object("retry") else { return nil }
        var inner = MemberReader(object, member: "retry", of: reader)
        var policy = RetryPolicy(attempts: 1)
        if let attempts = inner.integer("attempts", in: Self.attempts, required: true) {
            policy.attempts = Int(attempts)
        }
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
        inner.refuseUnknown(known: names)
        reader.adopt(inner.problems)
        return policy
    }

    /// Codes of errors; any word is taken, since sub-workflows may end with words of their own.
    private static func codes(_ reader: inout MemberReader) -> [String]? {
        guard let list = reader.array("on") else { return nil }
        let codes = list.compactMap(\.string).filter { !$0.isEmpty && $0.unicodeScalars.count <= 100 }
        if codes.count != list.count || codes.isEmpty || codes.count > mostCodes {
            reader.report(
                "bad-value", at: "on", "\"on\" of \(reader.subject) must be 1 to \(mostCodes) codes of errors",
                hint: "write such as [\"rate_limited\", \"timeout\"], or leave it out for all that may pass")
        }
        return codes
    }
}
