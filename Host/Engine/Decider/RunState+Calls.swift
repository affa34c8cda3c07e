import PatchbayCore
import PatchbayJSON

extension RunState {
    /// Makes the call of an action that is due.
    mutating func prepare(_ step: StepPlace) {
        guard exists(step), !frames[step.slot].isOver, isStopping(step.slot) == nil, !isUnwanted(step) else { return }
        let node = plan.nodes[node(at: step)]
        let state = frames[step.slot].steps[step.place]
        let key = key(of: step)
        guard case .action(let action) = node.kind, !state.isSettled, inFlight[key] == nil,
            !turn.calls.contains(where: { $0.key == key })
        else { return }
        if case .retrying(let moment) = state.phase, moment > turn.now { return }
        guard state.abandoned < Self.mostAbandoned else { return fail(step, Self.abandoned(state)) }
        let input: JSON
        do throws(StepError) {
            input = if let known = state.input { known } else { try evaluate(action.input, as: "input", at: step) }
        } catch {
            return fail(step, error)
        }
        turn.calls.append(
            call(key, action, attempt: state.attempt + 1, input: input, timeout: node.timeout))
    }

    func call(_ key: StepKey, _ action: PlannedAction, attempt: Int, input: JSON, timeout: Int64?) -> StepCall {
        StepCall(
            key: key, attempt: attempt, reference: action.declaration.reference, input: input,
            credential: action.credential, idempotencyKey: IdempotencyKey.of(run: record.id, key), startedAt: turn.now,
            deadline: turn.now + (timeout ?? action.declaration.timeout),
            isRecorded: action.declaration.effect != .read || key.role == .compensation)
    }

    static func abandoned(_ state: StepState) -> StepError {
        StepError(
            code: "internal",
            message: "The step was begun \(state.abandoned + 1) times, and each time the host stopped before it ended. "
                + "Look into the host's log, then run the workflow again.")
    }
}
