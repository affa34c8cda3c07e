import PatchbayJSON

/// Reads one edge and brings it into the canonical form.
enum EdgeReader {
    private static let members = ["source", "port", "target"]
    /// What only editors use; `sourceHandle` is their word for `port`.
    private static let editorMembers = ["id", "label", "sourceHandle", "targetHandle", "type", "ui"]

    private static let allMembers = members + editorMembers
    /// Those that may be null.
    private static let optional = ["port", "sourceHandle", "targetHandle"]

    /// `nodes` has the ids in the document's order, for suggestions.
    static func read(
        _ json: JSON, at pointer: String, nodes: [String], known: Set<String>
    ) -> (edge: WorkflowEdge?, problems: [Problem]) {
        guard case .object(var object) = json else {
            let message = "an edge must be an object, and this is \(json.article)"
            return (nil, [Problem(code: "wrong-type", pointer: pointer, message: message)])
        }
        // Editors write null for the one way out.
        for name in optional { if case .null? = object[name] { object[name] = nil } }
        var reader = MemberReader(object, at: pointer, subject: "the edge")
        let source = reader.text("source", required: true, limit: 10_000)
        let target = reader.text("target", required: true, limit: 10_000)
        func isKnown(_ id: String?, as name: String) -> Bool {
            guard let id else { return false }
            if known.contains(id) { return true }
            reader.report(
                "unknown-node", at: name, "the edge's \(name) \(id.quoted) is no node of this workflow",
                hint: Suggestion.hint(for: id, among: nodes, known: "nodes are"))
            return false
        }
        let areKnown = (isKnown(source, as: "source"), isKnown(target, as: "target"))
        let (port, handle) = (reader.text("port"), reader.text("sourceHandle"))
        if let port, let handle, port != handle {
            reader.report(
                "bad-value", at: "sourceHandle",
                "the edge's port \(port.quoted) and sourceHandle \(handle.quoted) differ",
                hint: "write \"port\" only")
        }
        reader.refuseUnknown(known: allMembers)
        guard let source, let target, areKnown == (true, true) else {
            return (nil, reader.problems)
        }
        var canonical = JSONObject(minimumCapacity: object.count)
        canonical["source"] = .string(source)
        if let port = port ?? handle { canonical["port"] = .string(port) }
        canonical["target"] = .string(target)
        for member in object where !members.contains(member.name) && member.name != "sourceHandle" {
            canonical[member.name] = member.value
        }
        let edge = WorkflowEdge(
            source: source, port: port ?? handle, target: target, pointer: pointer, json: canonical)
        return (edge, reader.problems)
    }
}
