import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "loop", "config": {"items": "{{ … }}", "concurrency": 4}, "body": {…}}`, or with `"while": "{{ … }}"`.
enum LoopNode {
    private static let mostConcurrency: Int64 = 1_000

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let isWhile = reader.object["while"] != nil
        if isWhile == (reader.object["items"] != nil) {
            reader.report(
                "missing-member",
                "\(reader.subject) needs \"items\" or \"while\"" + (isWhile ? ", and has both" : ", and has none"),
                hint: "write \"items\": a list, or \"while\": \"{{ … }}\"")
        }
        let concurrency = reader.integer("concurrency", in: 1...mostConcurrency) ?? 1
        if isWhile, concurrency > 1 {
            reader.report(
                "bad-value", at: "concurrency", "iterations of a loop with \"while\" follow one another",
                hint: "remove \"concurrency\"")
        }
        let most = reader.integer("most", in: 1...Int64(RunState.mostItems), required: isWhile)
        let failure = reader.word("on_item_failure", of: BodyFailure.self) ?? .stop
        reader.refuseUnknown(known: ["items", "while", "concurrency", "most", "on_item_failure"])
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
