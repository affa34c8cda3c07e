import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "respond", "config": {"status": 201, "headers": {…}, "body": …}}`
enum RespondNode {
    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        reader.refuseUnknown(known: ["status", "headers", "body"])
        let config = reader.object
        let status = config["status"] ?? 200
        if !CompiledValue.isTemplate(status) { _ = reader.integer("status", in: 200...599) }
        let headers = config["headers"] ?? [:]
        if !CompiledValue.isTemplate(headers) || headers.object != nil {
            for header in reader.object("headers") ?? [:] where header.value.string == nil {
                reader.report(
                    "wrong-type", at: "headers",
                    "the header \(header.name.quoted) must be a string, and this is "
                        + header.value.article)
            }
        }
        let pointer = reader.pointer
        context.problems += reader.problems
        let response: JSON = ["status": status, "headers": headers, "body": config["body"] ?? .null]
        return context.compile(response, of: node, at: pointer).map { .respond($0) }
    }
}
