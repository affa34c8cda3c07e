import PatchbayJSON

/// Reads what undoes a step.
enum CompensationReader {
    static let members = [
        MemberSchema(
            "uses", "Action", "What undoes the step: `connector@version/action`.", .text(), required: true,
            examples: ["http@1.0.0/request"]),
        MemberSchema(
            "input", "Input", "What it works on; may read the step's own output. Evaluated when the step completes.",
            .object, standard: [:]),
        MemberSchema("credential", "Credential", "The name of a credential.", .text(limit: 100)),
        MemberSchema("timeout", "Time limit", "The longest that an attempt may take.", .timeout, examples: ["20s"]),
        MemberSchema(
            "retry", "Retry", "How often it is tried; five times when absent.", .members(RetryReader.members)),
    ]

    /// The object's member `compensate`; nil when there is none, or too little of it.
    static func read(_ reader: inout MemberReader) -> WorkflowCompensation? {
        guard let object = reader.object("compensate") else { return nil }
        var inner = MemberReader(object, member: "compensate", of: reader)
        let uses = inner.text("uses", required: true)
        let input = object["input"] == nil ? [:] : inner.object("input")
        let credential = inner.text("credential", limit: 100)
        let timeout = inner.duration("timeout")
        if timeout == 0 {
            inner.report("bad-duration", at: "timeout", "the time-out of \(inner.subject) must not be 0")
        }
        let retry = RetryReader.read(&inner)
        inner.refuseUnknown(known: members.map(\.name))
        reader.adopt(inner.problems)
        guard let uses, let input else { return nil }
        return WorkflowCompensation(
            uses: uses, input: .object(input), credential: credential, timeout: timeout, retry: retry,
            pointer: inner.pointer)
    }
}
