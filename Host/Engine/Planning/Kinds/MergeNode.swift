import PatchbayCore
import PatchbayJSON

/// `{"type": "merge", "config": {"wait": "first", "count": 2, "rest": "cancel"}}`
enum MergeNode {
    private enum Wait: String, CaseIterable { case all, any, first }
    private enum Rest: String, CaseIterable { case cancel, finish }

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let wait = reader.word("wait", of: Wait.self) ?? .all
        let count = reader.integer("count", in: 1...1_000, required: wait == .first)
        let rest = reader.word("rest", of: Rest.self)
        reader.refuseUnknown(known: ["wait", "count", "rest"])
        if wait != .first, reader.object["count"] != nil {
            reader.report(
                "unknown-member", at: "count", "\"count\" has a meaning with \"wait\": \"first\" only",
                hint: "remove it")
        }
        if wait == .all, rest != nil {
            reader.report(
                "unknown-member", at: "rest", "nothing is left over when all are waited for", hint: "remove \"rest\"")
        }
        context.problems += reader.problems
        let needed: Int? =
            switch wait {
            case .all: nil
            case .any: 1
            case .first: Int(count ?? 1)
            }
        if let needed { context.needed[node.id] = needed }
        return .merge(PlannedMerge(needed: needed, cutsRest: rest != .finish))
    }
}
