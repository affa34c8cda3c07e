package import PatchbayJSON

/// A graph inside a container.
package struct WorkflowBody: Sendable, Equatable {
    /// The document's member, `body`, `catch` or `finally`, or the name of a branch.
    package let name: String
    package var nodes: [WorkflowNode]
    package var edges: [WorkflowEdge]
    /// JSON pointer into the document as it was given.
    package let pointer: String
    /// What only editors use.
    let extras: JSONObject

    var json: JSON {
        var object: JSONObject = [
            "nodes": .array(nodes.map { .object($0.json) }), "edges": .array(edges.map { .object($0.json) }),
        ]
        for member in extras { object[member.name] = member.value }
        return .object(object)
    }
}

/// The action that undoes what a step did.
package struct WorkflowCompensation: Sendable, Equatable {
    /// `connector@version/action`; the version may be missing or a range.
    package let uses: String
    package let input: JSON
    package let credential: String?
    /// Milliseconds.
    package let timeout: Int64?
    package let retry: RetryPolicy?
    /// JSON pointer into the document as it was given.
    package let pointer: String
}
