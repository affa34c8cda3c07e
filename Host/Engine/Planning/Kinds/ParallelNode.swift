import PatchbayCore

/// `{"type": "parallel", "branches": {"a": {…}, "b": {…}}}`
enum ParallelNode {
    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let concurrency = reader.integer("concurrency", in: 1...100) ?? 100
        let failure = reader.word("on_branch_failure", of: BodyFailure.self) ?? .stop
        reader.refuseUnknown(known: ["concurrency", "on_branch_failure"])
        context.problems += reader.problems
        return .parallel(PlannedParallel(concurrency: Int(concurrency), continues: failure == .continue))
    }
}
