import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "respond", "config": {"status": 201, "headers": {…}, "body": …}}`
enum RespondNode {
    private static let statuses: ClosedRange<Int64> = 200...599

    static let schema = KindSchema(
        "Respond", "Answers whoever started the run and waits, once; the run goes on.",
        members: [
            MemberSchema(
                "status", "Status", "HTTP status.", .either([.integer(statuses), .template]), standard: 200,
                examples: [202]),
            MemberSchema(
                "headers", "Headers", "Texts by name.",
                .either([ValueShape(["type": "object", "additionalProperties": ["type": "string"]]), .template]),
                standard: [:], examples: [["X-Order": "{{ trigger.body.order }}"]]),
            MemberSchema(
                "body", "Body", "A text is sent as it is, null as nothing, all else as JSON.", .anything,
                examples: [["order": "{{ trigger.body.order }}"]]),
        ],
        example: [
            "id": "answer", "type": "respond",
            "config": ["status": 202, "body": ["order": "{{ trigger.body.order }}"]],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        reader.refuseUnknown(known: schema.names)
        let config = reader.object
        let status = config["status"] ?? 200
        if !CompiledValue.isTemplate(status) { _ = reader.integer("status", in: statuses) }
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
