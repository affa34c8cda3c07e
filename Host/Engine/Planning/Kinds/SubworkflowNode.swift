package import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "workflow", "config": {"workflow": "wf_…", "version": 3, "input": {…}, "wait": true}}`
enum SubworkflowNode {
    private static let versions: ClosedRange<Int64> = 1...Int64(Int32.max)

    static let schema = KindSchema(
        "Sub-workflow", "Runs another workflow; its output is that run's.",
        members: [
            MemberSchema(
                "workflow", "Workflow", "Its id, or its name, in whose place the id is written when this one is saved.",
                .text(), required: true, examples: ["wf_01kanjw3c0e7k8e6k5v7xq2m9r", "send invoices"]),
            MemberSchema(
                "version", "Version", "The newest is written here when this workflow is saved without one.",
                .integer(versions), examples: [3]),
            MemberSchema(
                "input", "Input", "What the run is started with.", .anything, standard: [:],
                examples: [["order": "{{ trigger.body.order }}"]]),
            MemberSchema(
                "wait", "Wait", "Whether this run waits for the end of the other.", .bool, standard: true),
        ],
        nodeRules: [
            [
                "if": [
                    "properties": ["config": ["properties": ["wait": ["const": false]], "required": ["wait"]]],
                    "required": ["config"],
                ], "then": MemberRule.without(["timeout"]),
            ]
        ],
        example: [
            "id": "invoice", "type": "workflow",
            "config": [
                "workflow": "wf_01kanjw3c0e7k8e6k5v7xq2m9r", "version": 3,
                "input": ["order": "{{ trigger.body.order }}"],
            ],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let text = reader.text("workflow", required: true)
        var version = reader.integer("version", in: versions).map { Int($0) }
        let awaits = reader.bool("wait") ?? true
        reader.refuseUnknown(known: schema.names)
        if !awaits, node.timeout != nil {
            reader.report(
                "unknown-member", "the node does not wait for the sub-workflow, so that its \"timeout\" has no meaning",
                hint: "remove it, or \"wait\": false")
        }
        let id = text.flatMap { resolve($0, &version, &reader, context) }
        let input = context.compile(reader.object["input"] ?? [:], of: node, at: reader.pointer(to: "input"))
        context.problems += reader.problems
        guard let id, let input else { return nil }
        if let version { context.children[node.id] = (id, version) }
        return .workflow(PlannedWorkflow(workflow: id, version: version, input: input, awaits: awaits))
    }

    /// A workflow's id, or its name where it is known what there is; then the newest version is pinned.
    private static func resolve(
        _ text: String, _ version: inout Int?, _ reader: inout MemberReader, _ context: PlanningContext
    ) -> WorkflowID? {
        guard let listed = context.workflows else {
            let id = WorkflowID(text)
            if id == nil {
                reader.report(
                    "unknown-workflow", at: "workflow", "\(text.quoted) is no workflow's id",
                    hint: "write the id, which begins with \"wf_\"")
            }
            return id
        }
        let found = WorkflowID(text).map { id in listed.filter { $0.id == id } } ?? listed.filter { $0.name == text }
        guard let workflow = found.first else {
            reader.report(
                "unknown-workflow", at: "workflow", "there is no workflow \(text.quoted)",
                hint: Suggestion.hint(for: text, among: listed.map(\.name), known: "workflows are")
                    ?? "save the other workflow first")
            return nil
        }
        if found.count > 1 {
            reader.report(
                "unknown-workflow", at: "workflow", "\(found.count) workflows have the name \(text.quoted)",
                hint: "write the id of the one that is meant")
        }
        if let version, version > workflow.version {
            reader.report(
                "unknown-version", at: "version",
                "the workflow \(workflow.name.quoted) has no version \(version)",
                hint: "its newest is \(workflow.version)")
        }
        version = version ?? workflow.version
        return workflow.id
    }
}

/// A workflow that others may run.
package struct WorkflowListing: Sendable, Equatable {
    package var id: WorkflowID
    package var name: String
    /// The newest.
    package var version: Int

    package init(id: WorkflowID, name: String, version: Int) {
        self.id = id
        self.name = name
        self.version = version
    }
}
