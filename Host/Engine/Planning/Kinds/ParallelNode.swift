import PatchbayCore
import PatchbayJSON

/// `{"type": "parallel", "branches": {"a": {…}, "b": {…}}}`
enum ParallelNode {
    private static let concurrencies: ClosedRange<Int64> = 1...100

    static let schema = KindSchema(
        "Parallel", "Runs several bodies beside each other; the output is an object with what each of them gave.",
        members: [
            MemberSchema(
                "concurrency", "At the same time", "Branches under way at the same time.", .integer(concurrencies),
                standard: .int(concurrencies.upperBound), examples: [2]),
            MemberSchema(
                "on_branch_failure", "After a failure",
                "`stop`: no branch begins after one has failed, and the step fails. `continue`: the others go on, and the "
                    + "branch's place holds the error.", .words(BodyFailure.self), standard: "stop"),
        ],
        example: [
            "id": "both", "type": "parallel",
            "branches": [
                "left": ["nodes": [["id": "l", "type": "set", "config": ["values": ["n": 1]]]]],
                "right": ["nodes": [["id": "r", "type": "set", "config": ["values": ["n": 2]]]]],
            ],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let concurrency = reader.integer("concurrency", in: concurrencies) ?? concurrencies.upperBound
        let failure = reader.word("on_branch_failure", of: BodyFailure.self) ?? .stop
        reader.refuseUnknown(known: schema.names)
        context.problems += reader.problems
        return .parallel(PlannedParallel(concurrency: Int(concurrency), continues: failure == .continue))
    }
}
