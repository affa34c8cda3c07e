import PatchbayJSON

/// Reads one node and brings it into the canonical form.
struct NodeReader {
    private var reader: MemberReader
    private let id: String
    private let type: String

    private static let members = [
        "id", "type", "name", "description", "uses", "credential", "input", "config", "retry", "timeout", "on_error",
    ]
    /// What only editors use.
    private static let editorMembers = ["position", "notes", "ui"]
    private static let longestID = 64

    /// The id when that can be read, the node when everything that it needs can.
    static func read(_ json: JSON, at pointer: String) -> (id: String?, node: WorkflowNode?, problems: [Problem]) {
        guard case .object(let object) = json else {
            let message = "a node must be an object, and this is \(json.article)"
            return (nil, nil, [Problem(code: "wrong-type", pointer: pointer, message: message)])
        }
        var outer = MemberReader(object, at: pointer, subject: "the node")
        let id = outer.text("id", required: true, limit: 10_000)
        let type = outer.text("type", required: true)
        guard let id, isID(id) else {
            if let id {
                outer.report(
                    "bad-id", at: "id", "\(id.quoted) is no node id",
                    hint: "write 1 to \(longestID) letters (a to z, A to Z), digits, _ or -")
            }
            return (nil, nil, outer.problems)
        }
        guard let type else {
            return (id, nil, outer.problems.map { $0.with(node: id) })
        }
        var reader = NodeReader(object, at: pointer, id: id, type: type)
        let node = reader.node()
        return (id, node, reader.reader.problems)
    }

    private init(_ object: JSONObject, at pointer: String, id: String, type: String) {
        reader = MemberReader(object, at: pointer, of: id, subject: "node \(id.quoted)")
        self.id = id
        self.type = type
    }

    private static func isID(_ id: String) -> Bool {
        (1...longestID).contains(id.utf8.count)
            && id.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x5F || $0 == 0x2D
            }
    }

    private mutating func node() -> WorkflowNode? {
        let compact = compactAction()
        let kind = compact == nil ? NodeKind(rawValue: type) : .action
        if kind == nil { reportUnknownKind() }
        var json = reader.object
        let parameters = parameters(kind, compact, &json)
        let uses = compact ?? reader.text("uses", required: kind == .action)
        let credential = reader.text("credential", limit: 100)
        _ = (reader.text("name"), json["description"] == .string("") ? nil : reader.text("description", limit: 10_000))
        let (timeout, retry) = (reader.duration("timeout"), retry())
        if timeout == 0 {
            reader.report("bad-duration", at: "timeout", "the time-out of \(reader.subject) must not be 0")
        }
        let onError = onError(&json)
        reader.refuseUnknown(known: Self.members + ["onError"] + Self.editorMembers)
        guard let kind, kind != .action || uses != nil else { return nil }
        if kind != .action { refuseActionMembers(kind) }
        if compact != nil {
            json["type"] = "action"
            json["uses"] = uses.map(JSON.string)
        }
        let name = compact != nil ? "config" : "uses"
        return WorkflowNode(
            id: id, kind: kind, parameters: parameters.value, uses: uses, credential: credential, timeout: timeout,
            retry: retry, onError: onError ?? .fail,
            pointers: WorkflowNode.Pointers(
                node: reader.pointer, uses: reader.pointer(to: name) + (compact != nil ? "/action" : ""),
                parameters: reader.pointer(to: parameters.member)),
            json: json)
    }

    // MARK: The compact form

    /// `"type": "slack", "config": {"action": "send_message"}` means `"uses": "slack/send_message"`.
    private func compactAction() -> String? {
        guard NodeKind(rawValue: type) == nil, reader.object["uses"] == nil,
            let action = reader.object["config"]?["action"]?.string
        else { return nil }
        return "\(type)/\(action)"
    }

    /// What the node works on, from `config` or `input`, moved in `json` to where the canonical form has it.
    private mutating func parameters(
        _ kind: NodeKind?, _ compact: String?, _ json: inout JSONObject
    ) -> (value: JSON, member: String) {
        let canonical = kind?.parameters ?? "config"
        let other = canonical == "input" ? "config" : "input"
        if json[canonical] != nil, json[other] != nil, kind != nil {
            reader.report(
                "unknown-member", at: other,
                "\(reader.subject) has \"input\" and \"config\", and its kind takes \(canonical.quoted) only",
                hint: "move everything into \(canonical.quoted)")
        }
        let member = json[canonical] == nil && json[other] != nil ? other : canonical
        guard json[member] != nil else { return (.object([:]), canonical) }
        guard var object = reader.object(member) else { return (.object([:]), member) }
        if compact != nil { object["action"] = nil }
        if kind != nil {
            json = json.replacing(member, with: canonical, value: .object(object))
        }
        return (.object(object), member)
    }

    // MARK: Failure

    private mutating func retry() -> RetryPolicy? {
        guard let object = reader.object("retry") else { return nil }
        var inner = MemberReader(
            object, at: reader.pointer(to: "retry"), of: id, subject: "\"retry\" of node \(id.quoted)")
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
        inner.refuseUnknown(known: ["attempts", "backoff", "initial", "max", "jitter"])
        reader.adopt(inner.problems)
        return policy
    }

    /// `onError` is another spelling of `on_error`.
    private mutating func onError(_ json: inout JSONObject) -> FailureStrategy? {
        let member = json["on_error"] == nil ? "onError" : "on_error"
        if let value = json["onError"] {
            if member == "onError" {
                json = json.replacing("onError", with: "on_error", value: value)
            } else {
                reader.report("unknown-member", at: "onError", "\(reader.subject) has \"on_error\" and \"onError\"")
            }
        }
        return reader.word(member, of: FailureStrategy.self)
    }

    // MARK: Kinds

    private mutating func reportUnknownKind() {
        let kinds = NodeKind.allCases.map(\.rawValue)
        let known = "kinds are " + kinds.joined(separator: ", ")
        let near = Suggestion.nearest(to: type, among: kinds).map { "did you mean \($0.quoted)? " } ?? ""
        reader.report(
            "unknown-kind", at: "type", "\(type.quoted) is no kind of node",
            hint: near + known + "; a connector's id works too, with the action's name in config.action")
    }

    private mutating func refuseActionMembers(_ kind: NodeKind) {
        for name in ["uses", "credential", "retry", "timeout"] where reader.object[name] != nil {
            reader.report(
                "unknown-member", at: name,
                "\(name.quoted) has no meaning for \(reader.subject), a \(kind.rawValue) node",
                hint: "remove it, or make the node's type \"action\"")
        }
    }
}

extension Problem {
    fileprivate func with(node: String) -> Problem {
        var problem = self
        problem.node = node
        return problem
    }
}

extension JSONObject {
    /// Gives a member another name and value, in its old place.
    fileprivate func replacing(_ name: String, with other: String, value: JSON) -> JSONObject {
        var result = JSONObject()
        for member in self where member.name == name || member.name != other {
            result[member.name == name ? other : member.name] = member.name == name ? value : member.value
        }
        return result
    }
}
