import PatchbayCore
import PatchbayJSON

/// Puts the nodes of a document of ours together, one graph after the other.
struct WorkflowBuilder {
    let document: N8NDocument
    /// Nodes that cannot be as they were translated, with the reasons: they become notes.
    let refused: [String: String]
    var graph: FlowGraph
    var naming = NodeNaming()
    /// Our ids of n8n's nodes, by their names.
    var ids: [String: String] = [:]
    /// n8n's node by the ids of all that it became.
    var owners: [String: String] = [:]
    /// Ways out of nodes that have been built, by node and output.
    var exits: [String: [Int: FlowExit]] = [:]
    var lines: [String: ImportReport.Node] = [:]
    var report = ImportReport()
    var lineages = 0

    /// Where edges begin, and what is read there.
    struct FlowExit {
        var id: String
        var port: String?
        var items: Items
        /// Ways out of conditions on the way here: those of one condition exclude each other.
        var guards: [String: String]

        /// An expression that says whether this way was taken.
        var test: String {
            let output = "steps.\(id).output"
            return switch port {
            case nil: "has(\(output))"
            case "true", "false": "has(\(output)) && \(output) == \(port ?? "")"
            case FailureStrategy.port: "has(\(output)) && has(\(output).error)"
            case let port?: "has(\(output)) && \(output) == \(Term.quoted(port))"
            }
        }
    }

    /// A graph of ours, as far as it has been written.
    struct Level {
        var nodes: [JSON] = []
        var edges: [JSON] = []
        private var known: Set<String> = []

        mutating func connect(_ exit: FlowExit, to target: String) {
            guard known.insert("\(exit.id)\n\(exit.port ?? "")\n\(target)").inserted else { return }
            var edge: JSONObject = ["source": .string(exit.id)]
            if let port = exit.port { edge["port"] = .string(port) }
            edge["target"] = .string(target)
            edges.append(.object(edge))
        }
    }

    /// What surrounds the graph that is built.
    struct Surroundings {
        /// The loop around it, and what its nodes read as the item.
        var loop: String?
        var item: Items?
        var positions: [Int: String] = [:]
        /// What stands before the loop.
        var nodes: [String: Items] = [:]
    }

    init(_ document: N8NDocument, refused: [String: String]) {
        self.document = document
        self.refused = refused
        graph = FlowGraph(document)
        for node in document.nodes { ids[node.name] = naming.id(for: node.name) }
        for (name, id) in ids { owners[id] = name }
    }

    // MARK: The whole

    mutating func build() -> JSON {
        var level = Level()
        let lacksTrigger = graph.lacksTrigger
        let start = lacksTrigger ? naming.id(for: "start") : nil
        if let start {
            level.nodes.append(["id": .string(start), "type": "manual"])
            report.remarks.append("nothing starts the workflow in n8n; the trigger \(start.quoted) was added")
        }
        let members = graph.reached.filter { graph.loop(around: $0) == nil }
        build(
            members, start.map { FlowExit(id: $0, port: nil, items: Items("trigger.body"), guards: [:]) }, .init(),
            &level)
        for node in document.nodes where !graph.reached.contains(node.name) { setAside(node, &level) }
        reportWays()
        var object: JSONObject = ["name": .string(document.name)]
        if let seconds = document.settings["executionTimeout"]?.int, (1...31_536_000).contains(seconds) {
            object["timeout"] = .string("\(seconds)s")
        }
        object["nodes"] = .array(level.nodes)
        object["edges"] = .array(level.edges)
        report.nodes = document.nodes.compactMap { lines[$0.name] }
        reportSettings()
        return .object(object)
    }

    private mutating func reportWays() {
        for way in graph.cut {
            report.remarks.append(
                "the connection from \(way.source.quoted) back to \(way.target.quoted) is left out: ways here have no "
                    + "circles; a loop node with \"while\" repeats its body")
        }
        report.remarks += document.remarks
        let pinned = document.pinned.filter { document[$0] != nil }
        if !pinned.isEmpty {
            report.remarks.append("data that is pinned to \(pinned.map(\.quoted).joined(separator: ", ")) is left out")
        }
    }

    private mutating func reportSettings() {
        let meant = ["executionTimeout", "timezone", "executionOrder"]
        for setting in document.settings where !meant.contains(setting.name) && !setting.value.saysNothing {
            let hint = setting.name == "errorWorkflow" ? "; let that workflow begin with an error trigger" : ""
            report.remarks.append("the setting \(setting.name.quoted) has no equal\(hint)")
        }
    }

    // MARK: Notes without ways

    private mutating func setAside(_ node: N8NNode, _ level: inout Level) {
        var reason: String?
        if node.type == NodeTranslators.comment {
            let text = node.parameters["content"]?.string ?? ""
            level.nodes.append(note(node, text: text, keepsOriginal: false))
            line(node, .translated, [ids[node.name] ?? ""], [])
            return
        }
        if let attachment = document.attachments.first(where: { $0.source == node.name }) {
            reason = "it belongs to \(attachment.target.quoted), whose line says what became of it"
        } else if node.isDisabled {
            reason = "it is disabled in n8n; what came to it goes on behind it"
        } else {
            reason = "nothing leads to it in n8n"
        }
        level.nodes.append(note(node, text: reason ?? ""))
        var work = NodeWork(node, place: ReadingPlace(ids: ids))
        work.recordRest(.unused, reason ?? "")
        report.expressions += work.expressions
        line(node, .note, [ids[node.name] ?? ""], [reason ?? ""])
    }

    mutating func line(_ node: N8NNode, _ verdict: ImportReport.Verdict, _ ids: [String], _ reasons: [String]) {
        lines[node.name] = ImportReport.Node(
            name: node.name, type: node.type, version: node.version, verdict: verdict, ids: ids, reasons: reasons)
    }

    /// A node that is never carried out, with all that n8n knew of it.
    func note(_ node: N8NNode, text: String, keepsOriginal: Bool = true, draft: JSONObject? = nil) -> JSON {
        var config: JSONObject = ["text": .string(String(text.filter { $0 != "\0" }.unicodeScalars.prefix(20_000)))]
        if keepsOriginal {
            var original = node.json
            for name in ["position", "id", "webhookId"] { original[name] = nil }
            config["original"] = .object(original)
        }
        if let draft { config["draft"] = .object(draft) }
        var object = frame(node)
        object["type"] = "note"
        object["config"] = .object(config)
        return .object(object)
    }

    /// Id, name and what only editors use.
    func frame(_ node: N8NNode) -> JSONObject {
        var object: JSONObject = ["id": .string(ids[node.name] ?? ""), "type": .null]
        object["name"] = .string(String(node.name.prefix(200)))
        if let notes = node.notes, !notes.isEmpty { object["notes"] = .string(notes) }
        if let place = node.position?.array, place.count == 2, place.allSatisfy({ $0.double != nil }) {
            object["position"] = ["x": place[0], "y": place[1]]
        }
        return object
    }
}
