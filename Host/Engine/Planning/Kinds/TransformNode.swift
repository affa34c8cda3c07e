import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "transform", "config": {"value": "{{ … }}"}}`: the output is what the expression gives; with `jmespath`
/// what that finds in `input`.
enum TransformNode {
    private static let longestQuery = 10_000

    static let schema = KindSchema(
        "Transform", "Gives a value that an expression, or a JMESPath query, makes of another.",
        members: [
            MemberSchema(
                "value", "Value", "The output, with every expression in it evaluated.", .anything,
                examples: ["{{ trigger.body.orders.map(o, o.id) }}"]),
            MemberSchema(
                "jmespath", "JMESPath", "A query whose result is the output.", .text(limit: longestQuery),
                examples: ["orders[?total > `100`].id"]),
            MemberSchema(
                "input", "Input", "What the query searches; required with `jmespath`.", .anything,
                examples: ["{{ trigger.body }}"]),
        ],
        oneOf: ["value", "jmespath"],
        rules: [
            MemberRule.with("jmespath", needs: ["input"]), MemberRule.with("value", excludes: ["input"]),
        ],
        example: [
            "id": "large", "type": "transform",
            "config": ["jmespath": "orders[?total > `100`].id", "input": "{{ trigger.body }}"],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        reader.refuseUnknown(known: schema.names)
        let config = reader.object
        if (config["value"] == nil) == (config["jmespath"] == nil) {
            reader.report(
                "missing-member", "\(reader.subject) needs one of \"value\" and \"jmespath\"",
                hint: "write \"value\": \"{{ … }}\", or \"jmespath\": \"…\" and \"input\": \"{{ … }}\"")
        }
        guard config["jmespath"] != nil else {
            if config["input"] != nil {
                reader.report(
                    "unknown-member", at: "input", "\"input\" has a meaning with \"jmespath\" only", hint: "remove it")
            }
            context.problems += reader.problems
            let value = config["value"].flatMap { context.compile($0, of: node, at: reader.pointer(to: "value")) }
            return value.map { .transform(.value($0)) }
        }
        let text = reader.text("jmespath", required: true, limit: longestQuery)
        let query = if let text { query(text, &reader) } else { JMESPath?.none }
        if config["input"] == nil, config["value"] == nil {
            reader.report(
                "missing-member", "\(reader.subject) lacks \"input\"",
                hint: "write what is searched, such as \"{{ trigger.body }}\"")
        }
        context.problems += reader.problems
        let input = config["input"].flatMap { context.compile($0, of: node, at: reader.pointer(to: "input")) }
        guard let query, let input else { return nil }
        return .transform(.jmespath(query, of: input))
    }

    private static func query(_ text: String, _ reader: inout MemberReader) -> JMESPath? {
        do throws(JMESPathError) {
            return try JMESPath(text)
        } catch {
            reader.report(
                "expression-syntax", at: "jmespath", "byte \(error.offset): \(error.message)", hint: error.hint)
            return nil
        }
    }
}
