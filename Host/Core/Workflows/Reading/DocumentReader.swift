import PatchbayJSON

/// Reads the document's own members, and its nodes and edges in turn.
struct DocumentReader {
    private var outer: MemberReader
    private(set) var problems: [Problem] = []
    /// Every id that a node claims, also of nodes that cannot be read: edges to them are not at fault.
    private var claimed: [String] = []

    /// What only editors use.
    private static let editorMembers = ["$schema", "tags", "ui", "viewport"]

    init(_ object: JSONObject) {
        outer = MemberReader(object, at: "", subject: "the workflow")
    }

    mutating func document() -> WorkflowDocument {
        let name = outer.text("name", required: true)
        let about = about()
        let (concurrency, runsOn) = (concurrency(), runsOn())
        let isNested = outer.object["graph"] != nil
        let graph = isNested ? outer.object("graph") : nil
        outer.refuseUnknown(
            known: ["name", "description", "concurrency", "runs_on"] + (isNested ? ["graph"] : ["nodes", "edges"])
                + Self.editorMembers)
        var inner = outer
        if isNested {
            inner = MemberReader(graph ?? [:], at: "/graph", subject: "the graph")
            inner.refuseUnknown(known: ["nodes", "edges", "ui", "viewport"])
        }
        let isReadable = !isNested || graph != nil
        let nodes = isReadable ? inner.array("nodes", required: true) ?? [] : []
        let edges = inner.array("edges") ?? []
        problems = outer.problems + (isNested && isReadable ? inner.problems : [])
        if !isNested { problems = inner.problems }
        let extras = (Array(outer.object) + (isNested ? Array(inner.object) : [])).filter {
            Self.editorMembers.contains($0.name) || $0.name.hasPrefix("x-")
        }
        let readNodes = read(nodes: nodes, at: inner.pointer(to: "nodes"))
        let readEdges = read(edges: edges, at: inner.pointer(to: "edges"))
        return WorkflowDocument(
            name: name ?? "", about: about, concurrency: concurrency, runsOn: runsOn, nodes: readNodes,
            edges: readEdges, ids: claimed,
            isWhole: isReadable && inner.object["nodes"]?.array?.count == readNodes.count
                && (inner.object["edges"] ?? []).array?.count == readEdges.count,
            extras: extras.reduce(into: JSONObject()) { $0[$1.name] = $1.value })
    }

    /// The description, which may be empty.
    private mutating func about() -> String {
        if outer.object["description"] == .string("") { return "" }
        return outer.text("description", limit: 10_000) ?? ""
    }

    private mutating func concurrency() -> ConcurrencyRule? {
        guard let object = outer.object("concurrency") else { return nil }
        var reader = MemberReader(object, at: "/concurrency", subject: "the workflow's concurrency")
        defer { outer.adopt(reader.problems) }
        return ConcurrencyRule(reading: &reader)
    }

    private mutating func runsOn() -> [String] {
        let labels = (outer.array("runs_on") ?? []).map { $0.string ?? "" }
        guard labels.count <= WorkerLabel.most, labels.allSatisfy(WorkerLabel.isValid) else {
            outer.report(
                "bad-value", at: "runs_on",
                "\"runs_on\" of the workflow must be at most \(WorkerLabel.most) labels of small letters, digits and "
                    + "hyphens, each at most 40 long")
            return []
        }
        return WorkerLabel.sorted(labels)
    }

    private mutating func read(nodes: [JSON], at pointer: String) -> [WorkflowNode] {
        guard nodes.count <= WorkflowDocument.mostNodes else {
            return tooMany("nodes", nodes.count, WorkflowDocument.mostNodes, at: pointer)
        }
        var read: [WorkflowNode] = []
        var places: [String: Int] = [:]
        for (index, json) in nodes.enumerated() {
            let (id, node, found) = NodeReader.read(json, at: "\(pointer)/\(index)")
            problems += found
            guard let id else { continue }
            if let first = places[id] {
                problems.append(
                    Problem(
                        code: "duplicate-node", node: id, pointer: "\(pointer)/\(index)/id",
                        message: "two nodes have the id \(id.quoted): number \(first + 1) and number \(index + 1)",
                        hint: "give every node an id of its own"))
                continue
            }
            places[id] = index
            claimed.append(id)
            if let node { read.append(node) }
        }
        return read
    }

    private mutating func read(edges: [JSON], at pointer: String) -> [WorkflowEdge] {
        guard edges.count <= WorkflowDocument.mostEdges else {
            return tooMany("edges", edges.count, WorkflowDocument.mostEdges, at: pointer)
        }
        let known = Set(claimed)
        var read: [WorkflowEdge] = []
        for (index, json) in edges.enumerated() {
            let (edge, found) = EdgeReader.read(json, at: "\(pointer)/\(index)", nodes: claimed, known: known)
            problems += found
            if let edge { read.append(edge) }
        }
        return read
    }

    private mutating func tooMany<Item>(_ what: String, _ count: Int, _ most: Int, at pointer: String) -> [Item] {
        problems.append(
            Problem(
                code: "too-large", pointer: pointer,
                message: "the workflow has \(count) \(what), and \(most) are the most",
                hint: "split it into several workflows"))
        return []
    }
}
