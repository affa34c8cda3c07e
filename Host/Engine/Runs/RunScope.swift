package import PatchbayCore
package import PatchbayExpressions
import PatchbayJSON

/// What the expressions of a run read, as its journal tells it afterwards.
package struct RunScope: Sendable {
    private let record: RunRecord
    private let trigger: JSON
    private let view: RunView

    package init(of record: RunRecord, entries: [JournalEntry]) {
        self.record = record
        trigger = entries.first { $0.kind == .runStarted }?.data["trigger"] ?? .null
        view = RunView(entries)
    }

    /// Ids of the nodes that have begun, or were skipped.
    package var nodes: Set<String> { Set(view.steps.map(\.node)) }

    /// As a node sees it: of one that stands in loops the last iteration in which it began; of one that never did, and
    /// without a node, as it is at the top.
    ///
    /// - Parameter loops: ids of the loops around the node, the innermost last.
    package func scope(
        at node: String? = nil, loops: [String] = [], environment: [String: String] = [:], surroundings: Surroundings
    ) -> Scope {
        var scope = Scope(
            trigger: trigger, env: environment, run: record.runNames, workflow: record.workflowNames,
            surroundings: surroundings)
        let place = ContainerPath(node.flatMap { node in view.steps.last { $0.node == node }?.path } ?? "")
        for path in place.visible {
            for step in view.steps where step.path == path && step.node != node { scope.steps[step.node] = step.output }
        }
        for part in place.parts { enter(part, loops, &scope) }
        return scope
    }

    /// A container around the node shows to its own nodes how far it is.
    private func enter(_ part: ContainerPath.Part, _ loops: [String], _ scope: inout Scope) {
        scope.steps[part.container] = nil
        if loops.contains(part.container), let index = Int(part.body) {
            let owner = view.steps.last { $0.node == part.container && $0.path == part.outside }
            guard let items = owner?.input?["items"]?.array else {
                (scope.item, scope.index) = (nil, index)
                scope.loops[part.container] = Scope.Iteration(item: .null, index: index)
                return
            }
            let item = items.indices.contains(index) ? items[index] : JSON.null
            (scope.item, scope.index) = (item, index)
            scope.loops[part.container] = Scope.Iteration(item: item, index: index)
            scope.steps[part.container] = ["index": .int(Int64(index)), "item": item]
        } else if part.body == "catch" || part.body == "finally" {
            let failed = view.steps.last { part.covers($0.path) && $0.status == .failed }
            scope.steps[part.container] = ["error": failed?.error ?? .null]
        }
    }
}

extension RunRecord {
    /// What `run` is in expressions.
    var runNames: JSON {
        ["id": .string(id.description), "workflow_id": .string(workflow.description)]
    }

    /// What `workflow` is in expressions.
    var workflowNames: JSON {
        ["id": .string(workflow.description), "name": .string(workflowName), "version": .int(Int64(version))]
    }
}
