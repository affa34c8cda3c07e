package import PatchbayCore
package import PatchbayJSON

/// `{"type": "error", "config": {"workflows": ["wf_…"]}}`
enum ErrorNode {
    private static let most: ClosedRange<Int64> = 1...200

    static let schema = KindSchema(
        "Failure of another workflow", "Starts a run when a run of another workflow of the tenant has failed.",
        members: [
            MemberSchema(
                "workflows", "Workflows", "Only of these, by id or name; all others when absent.",
                .array(of: .text(), count: most), examples: [["wf_01kanjw3c0e7k8e6k5v7xq2m9r"]])
        ],
        example: ["id": "failed", "type": "error"])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        reader.refuseUnknown(known: schema.names)
        if let list = reader.array("workflows") {
            if !most.contains(Int64(list.count)) {
                reader.report(
                    "bad-value", at: "workflows",
                    "\"workflows\" of \(reader.subject) names \(list.count), and may name 1 to \(most.upperBound)")
            }
            if !list.allSatisfy({ $0.string?.isEmpty == false }) {
                reader.report("wrong-type", at: "workflows", "\"workflows\" of \(reader.subject) must hold names only")
            }
        }
        context.problems += reader.problems
        return .trigger(kind: node.kind.rawValue)
    }
}

/// A workflow that is started when others fail.
package struct ErrorListener: Sendable, Equatable {
    package var workflow: WorkflowRecord
    /// Its node, and the ids and names of those it is about; empty: all others.
    package var node: String
    package var about: [String]

    package init(workflow: WorkflowRecord, node: String, about: [String]) {
        self.workflow = workflow
        self.node = node
        self.about = about
    }

    /// Of the newest version's document; one for each trigger of the kind.
    package static func all(of workflow: WorkflowRecord, in document: JSON) -> [ErrorListener] {
        (document["nodes"]?.array ?? []).filter { $0["type"]?.string == NodeKind.error.rawValue }.map { node in
            ErrorListener(
                workflow: workflow, node: node["id"]?.string ?? "",
                about: (node["config"]?["workflows"]?.array ?? []).compactMap(\.string))
        }
    }

    /// Never of itself; and what an error trigger has started starts no other one, or two would start each other for ever.
    package func hears(of run: RunRecord) -> Bool {
        guard run.tenant == workflow.tenant, run.workflow != workflow.id, run.trigger != NodeKind.error.rawValue else {
            return false
        }
        return about.isEmpty || about.contains(run.workflow.description) || about.contains(run.workflowName)
    }
}
