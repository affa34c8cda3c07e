import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "loop", "config": {"items": "{{ … }}", "concurrency": 4}, "body": {…}}`, or with `"while": "{{ … }}"`.
enum LoopNode {
    private static let concurrencies: ClosedRange<Int64> = 1...1_000
    private static let counts: ClosedRange<Int64> = 1...Int64(RunState.mostItems)

    static let schema = KindSchema(
        "Loop", "Runs its body for each element of a list, or as long as a condition holds.",
        members: [
            MemberSchema(
                "items", "List", "The body runs for each element. A list, or an expression that gives one.",
                .either([ValueShape(["type": "array"]), .template]), examples: ["{{ trigger.body.orders }}"]),
            MemberSchema(
                "while", "Condition", "Asked before each iteration; the body runs as long as it gives true.",
                .condition, examples: ["{{ steps.each.output.index < 3 }}"]),
            MemberSchema(
                "concurrency", "At the same time", "Iterations under way at the same time; with `items` only.",
                .integer(concurrencies), standard: 1, examples: [4]),
            MemberSchema(
                "most", "Most iterations", "More fail the step; required with `while`.", .integer(counts),
                standard: .int(counts.upperBound), examples: [100]),
            MemberSchema(
                "on_item_failure", "After a failure",
                "`stop`: no iteration begins after one has failed, and the step fails. `continue`: the element's place "
                    + "holds the error.", .words(BodyFailure.self), standard: "stop"),
        ],
        oneOf: ["items", "while"],
        rules: [
            MemberRule.with("while", needs: ["most"]),
            ["dependentSchemas": ["while": ["properties": ["concurrency": ["maximum": 1]]]]],
        ],
        example: [
            "id": "each", "type": "loop", "config": ["items": "{{ trigger.body.orders }}", "concurrency": 4],
            "body": [
                "nodes": [
                    ["id": "line", "type": "set", "config": ["values": ["name": "{{ steps.each.output.item.name }}"]]]
                ]
            ],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let isWhile = reader.object["while"] != nil
        if isWhile == (reader.object["items"] != nil) {
            reader.report(
                "missing-member",
                "\(reader.subject) needs \"items\" or \"while\"" + (isWhile ? ", and has both" : ", and has none"),
                hint: "write \"items\": a list, or \"while\": \"{{ … }}\"")
        }
        let concurrency = reader.integer("concurrency", in: concurrencies) ?? 1
        if isWhile, concurrency > 1 {
            reader.report(
                "bad-value", at: "concurrency", "iterations of a loop with \"while\" follow one another",
                hint: "remove \"concurrency\"")
        }
        let most = reader.integer("most", in: counts, required: isWhile)
        let failure = reader.word("on_item_failure", of: BodyFailure.self) ?? .stop
        reader.refuseUnknown(known: schema.names)
        let over: PlannedLoop.Over?
        if let condition = reader.object["while"] {
            let value = context.condition(
                condition, of: node, at: reader.pointer(to: "while"), seesItself: true)
            over = value.map { .condition($0) }
        } else if let items = reader.object["items"] {
            over = list(items, node, &reader, &context).map { .items($0) }
        } else {
            over = nil
        }
        context.problems += reader.problems
        guard let over else { return nil }
        return .loop(
            PlannedLoop(
                over: over, concurrency: Int(concurrency), most: Int(most ?? Int64(RunState.mostItems)),
                continues: failure == .continue))
    }

    private static func list(
        _ items: JSON, _ node: WorkflowNode, _ reader: inout MemberReader, _ context: inout PlanningContext
    ) -> CompiledValue? {
        let value = context.compile(items, of: node, at: reader.pointer(to: "items"))
        if let kind = value?.kind, kind != .list {
            reader.report(
                "wrong-type", at: "items",
                "\"items\" of \(reader.subject) must give a list, and this is \(items.article)",
                hint: "write one expression, such as \"{{ trigger.body.orders }}\", or a list")
            return nil
        }
        return value
    }
}

/// What it means for the other bodies that one has failed.
enum BodyFailure: String, CaseIterable {
    case stop
    case `continue`
}
