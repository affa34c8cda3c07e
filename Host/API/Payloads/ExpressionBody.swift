import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// An expression that a person is writing, and where it is to be understood: the body of `/expressions/…`.
struct ExpressionBody {
    /// What is known of the data that the expression reads.
    enum Ground {
        case nothing
        /// As `TemplateContext` reads it.
        case context(JSON)
        case run(RunID, node: String?)
        case workflow(JSON, node: String?)
    }

    /// Empty where there is a value.
    let text: ExpressionText
    /// Any value, with templates in its strings.
    let value: JSON?
    let ground: Ground
    /// Where a person types, in Unicode scalars from the start of the text; its end when the body does not say.
    let cursor: Int

    /// What a request may say.
    enum Purpose {
        case evaluate, validate, complete

        fileprivate var texts: [String] { ["expression", "template"] + (self == .validate ? ["value"] : []) }

        fileprivate var grounds: [String] { self == .evaluate ? ["context", "run"] : ["context", "workflow"] }

        fileprivate var known: [String] { texts + grounds + ["node"] + (self == .complete ? ["cursor"] : []) }
    }

    init(_ body: JSON, to purpose: Purpose) throws(APIError) {
        var members = try MemberReader(body: body, known: purpose.known)
        (text, value) = Self.written(&members, purpose)
        ground = try Self.ground(&members, purpose)
        let end = text.text.unicodeScalars.count
        cursor = members.integer("cursor", in: 0...Int64(end)).map { Int($0) } ?? end
        try members.check()
    }

    private static func written(_ members: inout MemberReader, _ purpose: Purpose) -> (ExpressionText, JSON?) {
        let given = purpose.texts.filter { members.object[$0] != nil }
        guard given.count == 1 else {
            members.report(
                given.isEmpty ? "missing-member" : "bad-value",
                "the body needs one of \(purpose.texts.listed), and has \(given.isEmpty ? "none" : given.listed)")
            return (.template(""), nil)
        }
        let value = members.object[given[0]] ?? .null
        if given[0] == "value" { return (.template(""), value) }
        guard let text = value.string else {
            members.report(
                "wrong-type", at: given[0],
                "\(given[0].quoted) of the body must be a string, and this is \(value.article)")
            return (.template(""), nil)
        }
        return (given[0] == "template" ? .template(text) : .expression(text), nil)
    }

    private static func ground(_ members: inout MemberReader, _ purpose: Purpose) throws(APIError) -> Ground {
        let given = purpose.grounds.filter { members.object[$0] != nil }
        if given.count > 1 {
            members.report(
                "bad-value", at: given[1], "the body may have one of \(purpose.grounds.listed), and has both")
        }
        if members.object["node"] != nil, given != [purpose.grounds[1]] {
            members.report(
                "bad-value", at: "node",
                "\"node\" of the body names a node of \(purpose.grounds[1].quoted), and there is none")
        }
        let node = members.text("node")
        switch given.first {
        case "context": return .context(members.object["context"] ?? .null)
        case "run":
            guard let text = members.text("run") else { return .nothing }
            guard let run = RunID(text) else { throw .noRun(text) }
            return .run(run, node: node)
        case "workflow": return .workflow(members.object["workflow"] ?? .null, node: node)
        default: return .nothing
        }
    }
}

extension [String] {
    fileprivate var listed: String { map(\.quoted).joined(separator: ", ") }
}
