import PatchbayCore
import PatchbayJSON

/// `{"type": "try", "body": {…}, "catch": {…}, "finally": {…}}`
enum TryNode {
    static let schema = KindSchema(
        "Try", "Runs its body, deals with its failure, and tidies up.", members: [],
        nodeRules: [["anyOf": [MemberRule.needs("catch"), MemberRule.needs("finally")]]],
        example: [
            "id": "guarded", "type": "try",
            "body": ["nodes": [["id": "pay", "type": "action", "uses": "http@1.0.0/request"]]],
            "catch": [
                "nodes": [
                    [
                        "id": "why", "type": "set",
                        "config": ["values": ["code": "{{ steps.guarded.output.error.code }}"]],
                    ]
                ]
            ],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        reader.refuseUnknown(known: schema.names)
        context.problems += reader.problems
        let names = node.bodies.map(\.name)
        if names == ["body"] {
            context.report(
                "missing-member", node, at: node.pointers.node,
                "\(node.id.quoted) has neither \"catch\" nor \"finally\"",
                hint: "add one of them, or put the nodes of its body in its place")
        }
        return .attempt(PlannedAttempt(hasCatch: names.contains("catch"), hasFinally: names.contains("finally")))
    }
}
