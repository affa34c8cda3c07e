import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "aggregate", "config": {"as": "list"}}`: one value of the outputs of the nodes before.
enum AggregateNode {
    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let form = reader.word("as", of: PlannedAggregate.Form.self) ?? .object
        reader.refuseUnknown(known: ["as", "values"])
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
