import PatchbayJSON

/// Reads nodes and edges, those in containers too, and knows what is common to all of a document: ids are unique in the
/// whole, and there is a limit to everything together.
struct GraphReader {
    private(set) var problems: [Problem] = []
    /// Every id that a node claims, also of nodes that cannot be read: edges to them are not at fault.
    private(set) var claimed: [String] = []
    /// Whether every node and every edge could be read.
    private(set) var isWhole = true
    private var places: [String: String] = [:]
    private var counts = (nodes: 0, edges: 0)
    private var depth = 0

    /// What only editors use.
    static let editorMembers = ["ui", "viewport"]

    mutating func adopt(_ others: [Problem]) { problems += others }
    mutating func markPartial() { isWhole = false }

    mutating func graph(
        nodes: [JSON], edges: [JSON], at pointer: String
    ) -> (nodes: [WorkflowNode], edges: [WorkflowEdge]) {
        var own: [String] = []
        let read = self.nodes(nodes, at: pointer + "/nodes", own: &own)
        return (read, self.edges(edges, at: pointer + "/edges", among: own))
    }

    /// Reads the graph of a container.
    mutating func body(_ json: JSON, named name: String, of node: String, at pointer: String) -> WorkflowBody? {
        guard case .object(let object) = json else {
            report(
                "wrong-type", node, pointer,
                "\(name.quoted) of node \(node.quoted) must be an object of nodes and "
                    + "edges, and this is \(json.article)", hint: "write {\"nodes\": […], \"edges\": […]}")
            isWhole = false
            return nil
        }
        guard depth < WorkflowDocument.mostNesting else {
            report(
                "too-large", node, pointer,
                "containers stand more than \(WorkflowDocument.mostNesting) deep in one "
                    + "another", hint: "move inner parts into workflows of their own")
            isWhole = false
            return nil
        }
        var reader = MemberReader(object, at: pointer, of: node, what: "\(name.quoted) of node")
        let nodes = reader.array("nodes", required: true)
        let edges = reader.array("edges") ?? []
        reader.refuseUnknown(known: ["nodes", "edges"] + Self.editorMembers)
        if nodes?.isEmpty == true {
            reader.report(
                "missing-node", at: "nodes", "\(reader.subject) has no nodes", hint: "add one, or remove the body")
        }
        if nodes == nil || object["edges"].map({ $0.array == nil }) == true { isWhole = false }
        problems += reader.problems
        depth += 1
        defer { depth -= 1 }
        let graph = graph(nodes: nodes ?? [], edges: edges, at: pointer)
        let extras = object.filter { Self.editorMembers.contains($0.name) || $0.name.hasPrefix("x-") }
        return WorkflowBody(
            name: name, nodes: graph.nodes, edges: graph.edges, pointer: pointer,
            extras: extras.reduce(into: JSONObject()) { $0[$1.name] = $1.value })
    }

    private mutating func nodes(_ nodes: [JSON], at pointer: String, own: inout [String]) -> [WorkflowNode] {
        counts.nodes += nodes.count
        guard counts.nodes <= WorkflowDocument.mostNodes else {
            return tooMany("nodes", counts.nodes, WorkflowDocument.mostNodes, at: pointer)
        }
        var read: [WorkflowNode] = []
        read.reserveCapacity(nodes.count)
        for (index, json) in nodes.enumerated() {
            let place = "\(pointer)/\(index)"
            let (id, node, found) = NodeReader.read(json, at: place, in: &self)
            problems += found
            guard let id else {
                isWhole = false
                continue
            }
            if let first = places[id] {
                report(
                    "duplicate-node", id, place + "/id",
                    "two nodes have the id \(id.quoted): \(Self.words(first)) and \(Self.words(place))",
                    hint: "give every node an id of its own, also in containers")
                isWhole = false
                continue
            }
            places[id] = place
            claimed.append(id)
            own.append(id)
            if let node { read.append(node) } else { isWhole = false }
        }
        return read
    }

    /// `number 3` of the nodes at the top, else where the node stands.
    private static func words(_ pointer: String) -> String {
        let parts = pointer.split(separator: "/")
        if parts.count <= 3, let number = parts.last.flatMap({ Int($0) }) { return "number \(number + 1)" }
        return "the one at \(pointer)"
    }

    private mutating func edges(_ edges: [JSON], at pointer: String, among own: [String]) -> [WorkflowEdge] {
        counts.edges += edges.count
        guard counts.edges <= WorkflowDocument.mostEdges else {
            return tooMany("edges", counts.edges, WorkflowDocument.mostEdges, at: pointer)
        }
        let known = Set(own)
        var read: [WorkflowEdge] = []
        read.reserveCapacity(edges.count)
        for (index, json) in edges.enumerated() {
            let (edge, found) = EdgeReader.read(json, at: "\(pointer)/\(index)", nodes: own, known: known)
            problems += found
            if let edge { read.append(edge) } else { isWhole = false }
        }
        return read
    }

    private mutating func tooMany<Item>(_ what: String, _ count: Int, _ most: Int, at pointer: String) -> [Item] {
        isWhole = false
        problems.append(
            Problem(
                code: "too-large", pointer: pointer,
                message: "the workflow has \(count) \(what), and \(most) are the most",
                hint: "split it into several workflows"))
        return []
    }

    private mutating func report(_ code: String, _ node: String, _ pointer: String, _ message: String, hint: String) {
        problems.append(Problem(code: code, node: node, pointer: pointer, message: message, hint: hint))
    }
}
