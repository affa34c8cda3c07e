import PatchbayCore
import PatchbayJSON

extension RunState {
    /// How many runs stand above this one.
    var depth: Int { Int(parent["depth"]?.int ?? 0) }

    mutating func startChild(_ workflow: PlannedWorkflow, _ step: StepPlace, _ number: Int) throws(StepError) {
        guard depth < PlannedWorkflow.mostDepth else {
            throw StepError(
                code: "too_deep",
                message: "\(depth) runs stand above this one, and \(PlannedWorkflow.mostDepth) are the most. Does a "
                    + "workflow call itself?")
        }
        let input = try evaluate(workflow.input, as: "input", at: step)
        let state = frames[step.slot].steps[step.place]
        var data: JSONObject = ["input": input]
        data["idempotency_key"] = .string(childKey(key(of: step), attempt: state.attempt + 1))
        data["deadline"] = plan.nodes[number].timeout.map { .string((turn.now + $0).description) }
        record(.stepStarted, step, attempt: state.attempt + 1, data: .object(data))
    }

    /// Every attempt is a child of its own; after a crash the same attempt finds its child again.
    private func childKey(_ key: StepKey, attempt: Int) -> String {
        IdempotencyKey.of(run: record.id, StepKey(node: "\(key.node)~\(attempt)", path: key.path))
    }

    mutating func askForChild(_ step: StepPlace) {
        guard case .workflow(let workflow) = plan.nodes[node(at: step)].kind, asked.insert(step).inserted else {
            return
        }
        let state = frames[step.slot].steps[step.place]
        let key = key(of: step)
        let parent: JSON = [
            "run": .string(record.id.description), "node": .string(key.node), "path": .string(key.path),
            "attempt": .int(Int64(state.attempt)), "depth": .int(Int64(depth + 1)), "awaits": .bool(workflow.awaits),
        ]
        turn.commands.append(
            .startChild(
                ChildRun(
                    key: key, attempt: state.attempt, idempotencyKey: childKey(key, attempt: state.attempt),
                    workflow: workflow.workflow, version: workflow.version, input: state.input ?? .null, parent: parent)
            ))
    }

    mutating func childStarted(_ key: StepKey, _ attempt: Int, _ run: RunID) {
        guard let step = openChild(key, attempt), frames[step.slot].steps[step.place].child == nil,
            case .workflow(let workflow) = plan.nodes[node(at: step)].kind
        else { return }
        asked.remove(step)
        record(.childStarted, step, attempt: attempt, data: ["run": .string(run.description)])
        guard !workflow.awaits else { return }
        let output: JSON = ["run_id": .string(run.description)]
        var data: JSONObject = ["output": output]
        addUndo(to: &data, step, output)
        record(.stepCompleted, step, attempt: attempt, data: .object(data))
    }

    mutating func childEnded(_ key: StepKey, _ attempt: Int, _ end: ChildEnd, random: Double) {
        guard let step = openChild(key, attempt) else { return }
        asked.remove(step)
        switch end {
        case .completed(let output):
            if let error = StepError.tooLarge(output, as: "output", limit: largestValue) { return fail(step, error) }
            var data: JSONObject = ["output": output]
            addUndo(to: &data, step, output)
            record(.stepCompleted, step, attempt: attempt, data: .object(data))
        case .failed(let error):
            if isUnwanted(step) { return cancel(step, "The sub-workflow failed when nobody needed it any longer.") }
            record(
                .stepFailed, step, attempt: attempt,
                data: failureData(StepError(child: error), of: step, at: turn.now, random: random))
        case .cancelled:
            if isStopping(step.slot) != nil || isUnwanted(step) {
                return cancel(step, "The sub-workflow was cancelled.")
            }
            fail(step, StepError(code: "cancelled", message: "The sub-workflow was cancelled."))
        }
    }

    private func openChild(_ key: StepKey, _ attempt: Int) -> StepPlace? {
        guard let step = step(key), frames[step.slot].steps[step.place].phase == .started,
            frames[step.slot].steps[step.place].attempt == attempt
        else { return nil }
        return step
    }

    /// It was waited for as long as the node allows, or as a cancelled one deserves.
    mutating func childIsOverdue(_ step: StepPlace) {
        let key = key(of: step)
        if let run = frames[step.slot].steps[step.place].child.flatMap({ RunID($0) }) {
            turn.commands.append(.cancelChild(key, run: run))
        }
        if isStopping(step.slot) != nil || isUnwanted(step) {
            return cancel(step, "The sub-workflow was cancelled, and did not end in time.")
        }
        let limit = DurationText.text(plan.nodes[node(at: step)].timeout ?? 0)
        fail(
            step,
            StepError(
                code: "timeout",
                message: "The sub-workflow did not end within \(limit), and was cancelled. Give the node a longer "
                    + "\"timeout\".", isRetryable: true))
    }
}
