package import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

extension RunState {
    /// What to do now, after everything that has happened was taken in. The entries to record are applied already. `room`
    /// is how many more calls may begin: 0 for a worker that is about to stop, and then everything that needs no call still
    /// happens.
    package mutating func decide(now: Timestamp, room: Int = .max) -> [RunCommand] {
        guard !status.isTerminal else { return [] }
        var decision = Decision(state: self, now: now)
        if isCancelling {
            guard inFlight.isEmpty else { return inFlight.keys.map { .cancel($0) } }
            decision.record(.runCancelled)
        } else {
            decision.proceed(calling: Set(inFlight.keys.compactMap { plan.index[$0.node] }), room: room)
        }
        self = decision.state
        for call in decision.calls { inFlight[call.key] = call }
        return decision.commands
    }

    /// Takes in what has happened and answers it as entries, which are applied already; none when it is no news. `random`,
    /// from 0 to 1, spreads retries.
    package mutating func take(_ event: RunEvent, at now: Timestamp, random: Double = 0.5) -> [JournalEntry] {
        let entry: JournalEntry?
        switch event {
        case .callEnded(let call, let outcome):
            if inFlight[call.key]?.attempt == call.attempt { inFlight[call.key] = nil }
            entry = ended(call, outcome, at: now, random: random)
        case .cancelRequested: entry = cancelled(at: now)
        case .eventReceived, .childStarted, .childEnded: entry = nil
        }
        guard let entry else { return [] }
        apply(entry)
        return [entry]
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
