import PatchbayJSON

/// Reads one node and brings it into the canonical form.
struct NodeReader {
    private var reader: MemberReader
    private let id: String
    private let type: String

    /// What only editors use.
    static let editorMembers = ["position", "notes", "ui"]
    private static let members = NodeSchema.names + ["onError"] + editorMembers
    private static let longestID = 64
    static let mostBranches = 100

    /// The id when that can be read, the node when everything that it needs can.
    static func read(
        _ json: JSON, at pointer: String, in graph: inout GraphReader
    ) -> (id: String?, node: WorkflowNode?, problems: [Problem]) {
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
        let node = reader.node(&graph)
        return (id, node, reader.reader.problems)
    }

    private init(_ object: JSONObject, at pointer: String, id: String, type: String) {
        reader = MemberReader(object, at: pointer, of: id, what: "node")
        self.id = id
        self.type = type
    }

    private static func isID(_ id: String) -> Bool {
        (1...longestID).contains(id.utf8.count)
            && id.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x5F || $0 == 0x2D
            }
    }

    private mutating func node(_ graph: inout GraphReader) -> WorkflowNode? {
        let compact = compactAction()
        let kind = compact == nil ? Self.kind(of: type) : .action
        if kind == nil { reportUnknownKind() }
        var json = reader.object
        let parameters = parameters(kind, compact, &json)
        let uses = compact ?? reader.text("uses", required: kind?.usesConnector ?? false)
        let credential = reader.text("credential", limit: 100)
        _ = (reader.text("name"), json["description"] == .string("") ? nil : reader.text("description", limit: 10_000))
        let (timeout, retry) = (reader.duration("timeout"), RetryReader.read(&reader))
        if timeout == 0 {
            reader.report("bad-duration", at: "timeout", "the time-out of \(reader.subject) must not be 0")
        }
        let onError = onError(&json)
        let fallback = fallback(onError)
        let compensation = CompensationReader.read(&reader)
        let names = kind?.bodies ?? []
        let bodies = bodies(names, &graph)
        for name in names { json[name] = nil }
        reader.refuseUnknown(known: names.isEmpty ? Self.members : Self.members + names)
        guard let kind, !kind.usesConnector || uses != nil else { return nil }
        refuseMembers(without: kind)
        if type != kind.rawValue { json["type"] = .string(kind.rawValue) }
        if compact != nil {
            json["uses"] = uses.map(JSON.string)
        }
        return WorkflowNode(
            id: id, kind: kind, parameters: parameters.value, uses: uses, credential: credential, timeout: timeout,
            retry: retry, onError: onError ?? .fail, fallback: fallback, compensation: compensation, bodies: bodies,
            pointers: WorkflowNode.Pointers(
                node: reader.pointer, usesMember: compact != nil ? "config/action" : "uses",
                parametersMember: parameters.member),
            json: json)
    }

    // MARK: The compact form

    /// `human_task` is the requirements' word for `human` (section 9.3).
    private static func kind(of type: String) -> NodeKind? {
        NodeKind(rawValue: type) ?? (type == "human_task" ? .human : nil)
    }

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
        if kind != nil, member != canonical {
            json = json.replacing(member, with: canonical, value: .object(object))
        } else if kind != nil, compact != nil {
            json[canonical] = .object(object)
        }
        return (.object(object), member)
    }

    // MARK: Failure

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

    /// What the output is after a failure.
    private mutating func fallback(_ strategy: FailureStrategy?) -> JSON? {
        let fallback = reader.object["fallback"]
        if strategy == .fallback, fallback == nil {
            reader.report(
                "missing-member", "\(reader.subject) lacks \"fallback\"",
                hint: "write the output it is to have after a failure")
        }
        if strategy != .fallback, fallback != nil {
            reader.report(
                "unknown-member", at: "fallback", "\"fallback\" has no meaning for \(reader.subject)",
                hint: "write \"on_error\": \"fallback\" too, or remove it")
        }
        return fallback
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

    /// Members that say nothing about such a node.
    private mutating func refuseMembers(without kind: NodeKind) {
        let action = "make the node's type \"action\""
        func refuse(_ name: String, unless isFit: Bool, _ hint: String) {
            guard !isFit, reader.object[name] != nil else { return }
            reader.report(
                "unknown-member", at: name,
                "\(name.quoted) has no meaning for \(reader.subject), a \(kind.rawValue) node",
                hint: "remove it, or " + hint)
        }
        refuse("uses", unless: kind.mayUseConnector, action)
        refuse("credential", unless: kind.mayUseConnector, action)
        refuse("retry", unless: kind.isRetryable, action)
        refuse("timeout", unless: kind.takesTime, action)
        refuse("compensate", unless: kind.isCompensable, "let an action or a sub-workflow have it")
        if kind.isTrigger, let word = reader.object["on_error"]?.string, word != "fail", word != "continue" {
            reader.report(
                "bad-value", at: "on_error", "\(reader.subject) is a trigger, and triggers do not fail",
                hint: "remove \"on_error\"")
        }
    }

    // MARK: Containers

    private mutating func bodies(_ names: [String], _ graph: inout GraphReader) -> [WorkflowBody] {
        var bodies: [WorkflowBody] = []
        for name in names {
            guard let json = reader.object[name] else {
                if name == "body" || name == "branches" {
                    reader.report(
                        "missing-member", "\(reader.subject) lacks \(name.quoted)",
                        hint: name == "body"
                            ? "add \"body\": {\"nodes\": […], \"edges\": […]}"
                            : "add \"branches\": {\"one\": {\"nodes\": […]}, \"two\": {\"nodes\": […]}}")
                    graph.markPartial()
                }
                continue
            }
            guard name == "branches" else {
                if let body = graph.body(json, named: name, of: id, at: reader.pointer(to: name)) {
                    bodies.append(body)
                }
                continue
            }
            guard let branches = reader.object(name) else {
                graph.markPartial()
                continue
            }
            bodies += self.branches(branches, &graph)
        }
        return bodies
    }

    private mutating func branches(_ branches: JSONObject, _ graph: inout GraphReader) -> [WorkflowBody] {
        let pointer = reader.pointer(to: "branches")
        if !(1...Self.mostBranches).contains(branches.count) {
            reader.report(
                "bad-value", at: "branches",
                "\(reader.subject) has \(branches.count) branches, and may have 1 to \(Self.mostBranches)")
        }
        return branches.prefix(Self.mostBranches).compactMap { branch in
            guard Self.isID(branch.name) else {
                reader.report(
                    "bad-id", at: "branches", "\(branch.name.quoted) is no name of a branch",
                    hint: "write 1 to \(Self.longestID) letters (a to z, A to Z), digits, _ or -")
                graph.markPartial()
                return nil
            }
            return graph.body(
                branch.value, named: branch.name, of: id, at: pointer + "/" + branch.name.pointerEscaped)
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
