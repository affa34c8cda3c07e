import PatchbayCore
package import PatchbayJSON

extension N8NDocument {
    /// Reads an exported document, a list with one such document, or the answer of n8n's own API (`data`).
    ///
    /// Source: `INode`, `IConnections` and `IWorkflowBase` of n8n's package `n8n-workflow`.
    package init(reading json: JSON) throws(ImportRefusal) {
        let json = Self.unwrapped(json)
        guard case .object(let object) = json, let list = object["nodes"] else {
            throw ImportRefusal(
                pointer: "", message: "this is no workflow of n8n: it has no \"nodes\"",
                hint: "export it in n8n's editor by Download, and give that file")
        }
        guard case .array(let elements) = list else {
            throw ImportRefusal(
                pointer: "/nodes", message: "\"nodes\" must be a list, and this is \(list.article)",
                hint: "export the workflow again")
        }
        guard !elements.isEmpty, elements.count <= Self.mostNodes else {
            throw ImportRefusal(
                pointer: "/nodes",
                message: "the workflow has \(elements.count) nodes, and may have 1 to \(Self.mostNodes)",
                hint: elements.isEmpty ? "add nodes in n8n first" : "cut it into sub-workflows in n8n")
        }
        name = String((object["name"]?.string ?? "").filter { $0 != "\0" }.prefix(200))
        if name.allSatisfy(\.isWhitespace) { name = "Imported from n8n" }
        settings = object["settings"]?.object ?? [:]
        pinned = (object["pinData"]?.object ?? [:]).names.sorted()
        (nodes, connections, attachments, remarks) = ([], [], [], [])
        var known: Set<String> = []
        for (index, element) in elements.enumerated() {
            let node = try N8NNode(reading: element, at: "/nodes/\(index)")
            guard known.insert(node.name).inserted else {
                throw ImportRefusal(
                    pointer: "/nodes/\(index)/name", message: "two nodes are called \(node.name.quoted)",
                    hint: "names have to be unique, because connections and expressions use them")
            }
            nodes.append(node)
        }
        try readConnections(object["connections"] ?? [:], known)
    }

    private static func unwrapped(_ json: JSON) -> JSON {
        if case .array(let list) = json, list.count == 1 { return list[0] }
        if json["nodes"] == nil, let data = json["data"], data["nodes"] != nil { return data }
        if json["nodes"] == nil, let inner = json["workflow"], inner["nodes"] != nil { return inner }
        return json
    }

    /// `{source: {kind: [[{node, type, index}]]}}`; null stands for an output without connections.
    private mutating func readConnections(_ json: JSON, _ known: Set<String>) throws(ImportRefusal) {
        // An empty object is written as an empty list by some exporters.
        if case .array(let list) = json, list.isEmpty { return }
        guard case .object(let sources) = json else {
            throw ImportRefusal(
                pointer: "/connections", message: "\"connections\" must be an object, and this is \(json.article)",
                hint: "export the workflow again")
        }
        var seen: Set<N8NConnection> = []
        for source in sources {
            guard known.contains(source.name) else {
                remarks.append("connections from \(source.name.quoted) are left out: there is no such node")
                continue
            }
            for kind in source.value.object ?? [:] {
                for (output, targets) in (kind.value.array ?? []).enumerated() {
                    for target in targets.array ?? [] {
                        try add(target, kind.name, from: source.name, output, known, &seen)
                    }
                }
            }
        }
    }

    private mutating func add(
        _ target: JSON, _ kind: String, from source: String, _ output: Int, _ known: Set<String>,
        _ seen: inout Set<N8NConnection>
    ) throws(ImportRefusal) {
        guard let name = target["node"]?.string, known.contains(name) else {
            remarks.append(
                "a connection from \(source.quoted) to \((target["node"]?.string ?? "nothing").quoted) is left out: "
                    + "there is no such node")
            return
        }
        let input = target["index"]?.int.map { Int(clamping: $0) } ?? 0
        let connection = N8NConnection(source: source, output: output, target: name, input: max(0, input), kind: kind)
        guard seen.insert(connection).inserted else { return }
        guard seen.count <= Self.mostConnections else {
            throw ImportRefusal(
                pointer: "/connections", message: "the workflow has more than \(Self.mostConnections) connections",
                hint: "cut it into sub-workflows in n8n")
        }
        if kind == "main" { connections.append(connection) } else { attachments.append(connection) }
    }
}

extension N8NNode {
    init(reading json: JSON, at pointer: String) throws(ImportRefusal) {
        guard case .object(let object) = json else {
            throw ImportRefusal(
                pointer: pointer, message: "a node must be an object, and this is \(json.article)",
                hint: "export the workflow again")
        }
        guard let type = object["type"]?.string, (1...200).contains(type.utf8.count) else {
            throw ImportRefusal(
                pointer: pointer + "/type", message: "a node has no type", hint: "export the workflow again")
        }
        // Some exporters leave the name out, or write none for comments.
        let given = [object["name"]?.string, object["id"]?.string].compactMap { $0 }.first { !$0.isEmpty }
        let name = given ?? "Node " + String(pointer.split(separator: "/").last ?? "")
        guard !name.isEmpty, name.utf8.count <= 1_000, !name.utf8.contains(0) else {
            throw ImportRefusal(
                pointer: pointer + "/name", message: "a node's name must have 1 to 1,000 bytes",
                hint: "give it a name in n8n")
        }
        (self.name, self.type, self.pointer, self.json) = (name, type, pointer, object)
        version = object["typeVersion"]?.double ?? 1
        parameters = object["parameters"]?.object ?? [:]
        isDisabled = object["disabled"]?.bool ?? false
        notes = object["notes"]?.string
        credentials = (object["credentials"]?.object ?? [:]).map { member in
            (member.name, member.value["name"]?.string ?? member.value.string ?? member.name)
        }
        onError = object["onError"]?.string
        if onError == nil, object["continueOnFail"]?.bool == true { onError = "continueRegularOutput" }
        if onError == "stopWorkflow" { onError = nil }
        let isTriedAgain = object["retryOnFail"]?.bool ?? false
        attempts = isTriedAgain ? Int(min(100, max(1, object["maxTries"]?.int ?? 3))) : 1
        wait = min(86_400_000, max(0, object["waitBetweenTries"]?.int ?? 1_000))
        runsOnce = object["executeOnce"]?.bool ?? false
        alwaysGives = object["alwaysOutputData"]?.bool ?? false
        position = object["position"]
    }
}
