import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "aggregate", "config": {"as": "list"}}`: one value of the outputs of the nodes before.
enum AggregateNode {
    static let schema = KindSchema(
        "Aggregate", "Waits for all ways, and makes one value of the outputs of those that were followed.",
        members: [
            MemberSchema(
                "as", "Form",
                "`object`: by node. `list`: in the order of the edges. `concat`: one list of all elements. `merge`: one "
                    + "object of all members, of which later ones win.", .words(PlannedAggregate.Form.self),
                standard: "object"),
            MemberSchema(
                "values", "Values", "A list or an object that is put together instead of the outputs.",
                .either([ValueShape(["type": ["array", "object"]]), .template]),
                examples: [["{{ steps.a.output }}", "{{ steps.b.output }}"]]),
        ],
        example: ["id": "all", "type": "aggregate", "config": ["as": "merge"]])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let form = reader.word("as", of: PlannedAggregate.Form.self) ?? .object
        reader.refuseUnknown(known: schema.names)
        let given = reader.object["values"]
        let values = given.flatMap { context.compile($0, of: node, at: reader.pointer(to: "values")) }
        if let given, let kind = values?.kind, ![.list, .object].contains(kind) {
            reader.report(
                "wrong-type", at: "values", "\"values\" must give a list or an object, and this is \(given.article)")
        }
        context.problems += reader.problems
        guard given == nil || values != nil else { return nil }
        return .aggregate(PlannedAggregate(form: form, values: values))
    }
}
