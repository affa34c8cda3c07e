import PatchbayCore
import PatchbayJSON

/// `{"type": "merge", "config": {"wait": "first", "count": 2, "rest": "cancel"}}`
enum MergeNode {
    private enum Wait: String, CaseIterable { case all, any, first }
    private enum Rest: String, CaseIterable { case cancel, finish }
    private static let counts: ClosedRange<Int64> = 1...1_000

    static let schema = KindSchema(
        "Merge", "Brings ways together: when all have ended, or as soon as enough were followed.",
        members: [
            MemberSchema(
                "wait", "Wait for",
                "`all`: the output is an object by node. `any`: goes on with the first, whose output is its own. `first`: "
                    + "goes on when `count` have come.", .words(Wait.self), standard: "all"),
            MemberSchema(
                "count", "Count", "How many have to come, with \"wait\": \"first\".", .integer(counts), examples: [2]),
            MemberSchema(
                "rest", "The others",
                "What becomes of nodes that lead only here, when enough have come: `cancel` breaks them off, `finish` lets "
                    + "them end.", .words(Rest.self), standard: "cancel"),
        ],
        rules: [
            MemberRule.when(
                "wait", is: ["first"], then: MemberRule.needs("count"), otherwise: MemberRule.without(["count"])),
            MemberRule.when("wait", is: ["any", "first"], then: true, otherwise: MemberRule.without(["rest"])),
        ],
        example: ["id": "fastest", "type": "merge", "config": ["wait": "first", "count": 2, "rest": "cancel"]])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let wait = reader.word("wait", of: Wait.self) ?? .all
        let count = reader.integer("count", in: counts, required: wait == .first)
        let rest = reader.word("rest", of: Rest.self)
        reader.refuseUnknown(known: schema.names)
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
