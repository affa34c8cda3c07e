package import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

extension RunState {
    /// What to do now. `calling` are the nodes whose calls have been begun here and have not ended; `room` is how many
    /// more calls may begin: 0 for a worker that is about to stop, and then everything that needs no call still happens.
    package func decide(now: Timestamp, calling: Set<Int> = [], room: Int = .max) -> [RunCommand] {
        guard !status.isTerminal else { return [] }
        var decision = Decision(state: self, now: now)
        if isCancelling {
            guard calling.isEmpty else { return calling.sorted().map { .cancel($0) } }
            decision.record(.runCancelled)
            return decision.commands
        }
        decision.proceed(calling: calling, room: room)
        return decision.commands
    }

    /// Of what the settled steps gave.
    var scope: Scope {
        var outputs: [String: JSON] = [:]
        for (node, step) in zip(plan.nodes, steps) {
            switch step.phase {
            case .completed, .failed(continues: true): outputs[node.id] = step.output
            default: break
            }
        }
        return Scope(
            trigger: trigger, steps: outputs, env: environment,
            run: ["id": .string(record.id.description), "workflow_id": .string(record.workflow.description)],
            workflow: [
                "id": .string(record.workflow.description), "name": .string(record.workflowName),
                "version": .int(Int64(record.version)),
            ])
    }

    /// The trigger that started the run: the one the trigger object names, else the first of its kind. Runs started by hand
    /// begin at the first trigger when the workflow has none for that.
    var start: Int? {
        if let named = trigger["node"]?.string.flatMap({ plan.index[$0] }), plan.nodes[named].isTrigger { return named }
        let kind = trigger["kind"]?.string ?? record.trigger
        let sameKind = plan.triggers.first { index in
            if case .trigger(let word) = plan.nodes[index].kind { word == kind } else { false }
        }
        return sameKind ?? (kind == "manual" ? plan.triggers.first : nil)
    }
}
