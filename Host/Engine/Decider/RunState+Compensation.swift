import PatchbayCore
import PatchbayJSON

extension RunState {
    /// Says in the entry of a step's completion how it can be undone: later its surroundings are gone.
    func addUndo(to data: inout JSONObject, _ step: StepPlace, _ output: JSON) {
        let number = node(at: step)
        guard let compensation = plan.nodes[number].compensation else { return }
        do throws(StepError) {
            data["compensate"] = try evaluate(
                compensation.action.input, as: "input", at: step, own: (number, output))
        } catch {
            data["compensate_error"] = error.json
        }
    }

    /// {completed, failed}: how many steps were undone, and how many could not be; nil when there was nothing to undo.
    var undoing: JSON? {
        guard !undos.isEmpty else { return nil }
        let failed = undos.count { $0.step.phase == .failed(continues: false) }
        return ["completed": .int(Int64(undos.count - failed)), "failed": .int(Int64(failed))]
    }

    /// Undoes what was done, the last first, one after the other. True when that is over, or the run ends well.
    mutating func isUndone() -> Bool {
        if !isCancelling, case .completed? = stop { return true }
        if isCleanupOver { return giveUpUndoing() }
        while let index = undos.lastIndex(where: { !$0.step.isSettled }) {
            let undo = undos[index]
            let key = StepKey(node: plan.nodes[undo.node].id, path: undo.path, role: .compensation)
            guard inFlight[key] == nil, let compensation = plan.nodes[undo.node].compensation else { return false }
            guard let input = undo.input, undo.step.abandoned < Self.mostAbandoned else {
                let error = undo.input == nil ? undo.error : Self.abandoned(undo.step).json
                record(
                    .compensationFailed, node: key.node, path: key.path, attempt: undo.step.attempt + 1,
                    data: ["error": error])
                continue
            }
            if case .retrying(let moment) = undo.step.phase, moment > turn.now {
                timers.add(.compensation, at: moment)
                return false
            }
            guard turn.room > 0 else { return false }
            let call = call(
                key, compensation.action, attempt: undo.step.attempt + 1, input: input, timeout: compensation.timeout)
            turn.calls.append(call)
            inFlight[key] = call
            record(
                .compensationStarted, node: key.node, path: key.path, attempt: call.attempt,
                data: ["idempotency_key": .string(call.idempotencyKey), "input": input])
            return false
        }
        return true
    }

    /// Says of everything that is not undone that it is not. True when no call is under way any more.
    private mutating func giveUpUndoing() -> Bool {
        let calls = inFlight.keys.filter { $0.role == .compensation }
        guard calls.isEmpty else {
            turn.commands += calls.map { .cancel($0) }
            return false
        }
        while !turn.isFull, let undo = undos.last(where: { !$0.step.isSettled }) {
            let isBegun = undo.step.phase == .started
            record(
                .compensationFailed, node: plan.nodes[undo.node].id, path: undo.path,
                attempt: undo.step.attempt + (isBegun ? 0 : 1), data: ["error": Self.unclean(plan.cleanup).json])
        }
        return !undos.contains { !$0.step.isSettled }
    }

    mutating func undoEnded(_ call: StepCall, _ outcome: StepOutcome, random: Double) {
        let (node, path) = (call.key.node, call.key.path)
        guard let number = plan.index[node], let compensation = plan.nodes[number].compensation,
            let undo = undos.last(where: { $0.node == number && $0.path == path && !$0.step.isSettled }),
            undo.step.phase == .started, undo.step.attempt == call.attempt
        else { return }
        switch outcome {
        case .completed(let output):
            let isTooLarge = StepError.tooLarge(output, as: "output", limit: largestValue) != nil
            record(
                .compensationCompleted, node: node, path: path, attempt: call.attempt,
                data: ["output": isTooLarge ? .null : output])
        case .failed(let failure):
            let error = StepError(failure)
            var data: JSONObject = ["error": error.json]
            if let wait = Self.wait(after: error, compensation.retry, undo.step, random: random) {
                data["retry_at"] = .string((turn.now + wait).description)
            }
            record(.compensationFailed, node: node, path: path, attempt: call.attempt, data: .object(data))
        }
    }
}
