import PatchbayJSON

/// Reads the document's own members, and its nodes and edges in turn.
struct DocumentReader {
    private var outer: MemberReader
    private(set) var problems: [Problem] = []

    /// What only editors use.
    private static let editorMembers = ["$schema", "tags", "ui", "viewport"]

    init(_ object: JSONObject) {
        outer = MemberReader(object, at: "", subject: "the workflow")
    }

    mutating func document() -> WorkflowDocument {
        let name = outer.text("name", required: true)
        let about = about()
        let timeout = outer.duration("timeout")
        let cleanup = outer.duration("cleanup_timeout")
        if timeout == 0 { outer.report("bad-duration", at: "timeout", "the time-out of the workflow must not be 0") }
        let (concurrency, runsOn) = (concurrency(), runsOn())
        let isNested = outer.object["graph"] != nil
        let graph = isNested ? outer.object("graph") : nil
        outer.refuseUnknown(
            known: ["name", "description", "timeout", "cleanup_timeout", "concurrency", "runs_on"]
                + (isNested ? ["graph"] : ["nodes", "edges"])
                + Self.editorMembers)
        var inner = outer
        if isNested {
            inner = MemberReader(graph ?? [:], at: "/graph", subject: "the graph")
            inner.refuseUnknown(known: ["nodes", "edges"] + GraphReader.editorMembers)
        }
        let isReadable = !isNested || graph != nil
        let nodes = isReadable ? inner.array("nodes", required: true) : []
        let edges = inner.array("edges") ?? []
        problems = outer.problems + (isNested && isReadable ? inner.problems : [])
        if !isNested { problems = inner.problems }
        let extras = (Array(outer.object) + (isNested ? Array(inner.object) : [])).filter {
            Self.editorMembers.contains($0.name) || $0.name.hasPrefix("x-")
        }
        var reader = GraphReader()
        if !isReadable || nodes == nil || inner.object["edges"].map({ $0.array == nil }) == true {
            reader.markPartial()
        }
        let read = reader.graph(nodes: nodes ?? [], edges: edges, at: inner.pointer)
        problems += reader.problems
        return WorkflowDocument(
            name: name ?? "", about: about, concurrency: concurrency, runsOn: runsOn, nodes: read.nodes,
            edges: read.edges, ids: reader.claimed, isWhole: reader.isWhole, timeout: timeout,
            cleanup: cleanup, extras: extras.reduce(into: JSONObject()) { $0[$1.name] = $1.value })
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
}
