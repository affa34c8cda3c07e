package import PatchbayJSON

/// A workflow as its author wrote it: read and normalised, not yet checked against connectors and credentials.
package struct WorkflowDocument: Sendable, Equatable {
    /// 1 to 200 characters.
    package var name: String
    package var about: String
    /// Nil: no limit of its own.
    package var concurrency: ConcurrencyRule?
    /// Labels of the workers that may carry it out; empty: any.
    package var runsOn: [String] = []
    package var nodes: [WorkflowNode]
    package var edges: [WorkflowEdge]
    /// Every id that a node claims, also in containers and of nodes that could not be read.
    package var ids: [String]
    /// Whether every node and every edge could be read, those in containers too.
    package var isWhole: Bool
    /// Milliseconds that a run may take; nil: `longestRun`.
    package var timeout: Int64?
    /// Milliseconds that cleaning up may take after a cancellation; nil: `longestCleanup`.
    package var cleanup: Int64?
    /// Members that only editors use.
    var extras: JSONObject

    /// How long a run may take whose workflow does not say: 30 days.
    package static let longestRun: Int64 = 30 * 86_400_000
    /// How long a cancelled run may clean up whose workflow does not say: 30 seconds.
    package static let longestCleanup: Int64 = 30_000
    /// Containers inside one another.
    package static let mostNesting = 8

    /// More nodes than anybody can follow; keeps planning and every run's state small.
    package static let mostNodes = 1_000
    package static let mostEdges = 5_000

    /// The canonical form: `graph` and the compact forms are gone, editor members are kept.
    package var json: JSON {
        var object: JSONObject = ["name": .string(name)]
        if !about.isEmpty { object["description"] = .string(about) }
        if let concurrency { object["concurrency"] = concurrency.json }
        if !runsOn.isEmpty { object["runs_on"] = .array(runsOn.map(JSON.string)) }
        if let timeout { object["timeout"] = .string(DurationText.text(timeout)) }
        if let cleanup { object["cleanup_timeout"] = .string(DurationText.text(cleanup)) }
        object["nodes"] = .array(nodes.map { .object($0.json) })
        object["edges"] = .array(edges.map { .object($0.json) })
        for member in extras { object[member.name] = member.value }
        return .object(object)
    }

    /// Reads a document and lists every structural problem at once. The document holds what could be read; nil when
    /// that is nothing.
    package static func read(_ json: JSON) -> (document: WorkflowDocument?, problems: [Problem]) {
        guard case .object(let object) = json else {
            let problem = Problem(
                code: "wrong-type", pointer: "", message: "the workflow must be an object, and this is \(json.article)",
                hint: "write {\"name\": …, \"nodes\": […], \"edges\": […]}")
            return (nil, [problem])
        }
        var reader = DocumentReader(object)
        let document = reader.document()
        return (document, reader.problems)
    }
}
