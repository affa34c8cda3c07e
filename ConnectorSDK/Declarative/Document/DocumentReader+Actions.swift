import PatchbayJSON

extension DocumentReader {
    private static let actionMembers = [
        "title", "summary", "effect", "idempotent", "timeout", "auth", "docs", "input", "output", "examples", "request",
        "response", "pagination", "errors",
    ]

    mutating func readActions(_ root: DocumentNode) -> [ActionDocument] {
        guard let node = findings.object("actions", of: root), !node.members.isEmpty else {
            if root.member("actions")?.value.object?.isEmpty ?? true {
                findings.problem(
                    root.pointer.appending("actions"), "names no action", need: "an object of at least one action")
            }
            return []
        }
        var actions: [ActionDocument] = []
        for (id, inner) in node.members {
            if !isName(id, with: "_") {
                findings.problem(
                    inner.pointer, "is no name of an action",
                    need: "1 to 63 lower-case letters, digits and underscores, a letter first")
            }
            guard inner.value.object != nil else {
                findings.problem(inner.pointer, "is \(findings.shown(inner.value))", need: "an object")
                continue
            }
            if let action = readAction(id, inner) { actions.append(action) }
        }
        return actions
    }

    private mutating func readAction(_ id: String, _ node: DocumentNode) -> ActionDocument? {
        let input =
            node.member("input").map { ShortSchema.object($0, &findings) }
            ?? ["type": "object", "properties": [:], "additionalProperties": false]
        let output = node.member("output").map { ShortSchema.anything($0, &findings) }
        // Where further members are allowed, templates may name any.
        let isClosed = input["additionalProperties"]?.bool == false
        let inputNames = isClosed ? input["properties"]?.object?.names : nil
        let names = Names(input: inputNames)
        guard let requestNode = node.member("request"), requestNode.value.object != nil else {
            findings.problem(
                node.pointer.appending("request"), node.member("request") == nil ? "is missing" : "is no object",
                need: "an object such as {\"method\": \"GET\", \"path\": \"/orders\"}")
            return nil
        }
        let request = readRequest(requestNode, names)
        let pagination = readPagination(node, names)
        let response = readResponse(node, names, isPaged: pagination != nil)
        let errors = readErrors(node, names)
        let method = request?.method ?? "GET"
        let usual = ["GET", "HEAD", "OPTIONS"].contains(method) ? "read" : method == "DELETE" ? "delete" : "write"
        let effect = findings.optional("effect", of: node, need: "`read`, `write` or `delete`") {
            $0.string.flatMap { ["read", "write", "delete"].contains($0) ? $0 : nil }
        }
        let isIdempotent = findings.truth("idempotent", of: node)
        let slot = readSlot(node)
        let title = findings.text("title", of: node, longest: 200)
        let summary = findings.text("summary", of: node, longest: 10_000)
        let timeout = findings.duration("timeout", of: node)
        let docs = findings.text("docs", of: node)
        let examples = readExamples(node)
        findings.onlyKnown(Self.actionMembers, of: node)
        guard let request else { return nil }
        return ActionDocument(
            id: id, title: title ?? spoken(id), summary: summary ?? "\(title ?? spoken(id)).",
            effect: effect ?? usual, isIdempotent: isIdempotent ?? ((effect ?? usual) == "read" || method == "PUT"),
            timeout: timeout, slot: slot, docs: docs, input: input,
            output: output ?? (pagination != nil && response.output == nil ? Pagination.outputSchema : true),
            examples: examples, request: request, response: response, pagination: pagination,
            errors: errors + commonErrors)
    }

    private mutating func readExamples(_ node: DocumentNode) -> [JSON] {
        guard let member = node.member("examples") else { return [] }
        var examples: [JSON] = []
        for (position, element) in member.elements.enumerated() {
            findings.onlyKnown(["title", "input"], of: element)
            guard let input = element.value["input"], input.object != nil else {
                findings.problem(element.pointer, "has no input", need: "{\"title\": \"…\", \"input\": {…}}")
                continue
            }
            examples.append([
                "title": element.value["title"] ?? .string("Example \(position + 1)"), "input": input,
            ])
        }
        if member.value.array == nil { findings.problem(member.pointer, "is no array", need: "an array of examples") }
        return examples
    }

    /// `get_order` → `Get order`
    private func spoken(_ id: String) -> String {
        let words = id.split(separator: "_").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
