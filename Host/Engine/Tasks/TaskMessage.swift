import PatchbayCore
import PatchbayJSON

/// How a run hears of a task's end.
enum TaskMessage {
    /// Nil for an end that no run waits for.
    static func message(_ outcome: TaskOutcome, of task: TaskRecord) -> RunMessage? {
        var data: JSONObject = [
            "node": .string(task.node), "path": .string(task.path), "attempt": .int(Int64(task.attempt)),
        ]
        switch outcome {
        case .decided(let value, _):
            data["outcome"] = "decided"
            data["port"] = .string(value)
            data["output"] = output(of: task)
        case .timedOut:
            data["outcome"] = "timed_out"
            data["output"] = output(of: task)
        case .unassignable(let needed, let found):
            data["outcome"] = "failed"
            data["error"] = [
                "code": "unassignable",
                "message": .string(
                    "\(needed) have to decide, and \(found) can be asked. Give somebody the role that the node names, or "
                        + "name others."),
            ]
        case .withdrawn: return nil
        }
        return RunMessage(kind: .task, id: task.id.description, data: .object(data))
    }

    /// Nil when this version does not understand it.
    static func event(_ message: RunMessage) -> RunEvent? {
        let data = message.data
        guard let node = data["node"]?.string, let path = data["path"]?.string, let attempt = data["attempt"]?.int
        else { return nil }
        let end: TaskEnd
        switch data["outcome"]?.string {
        case "decided": end = .decided(output: data["output"] ?? .null, port: data["port"]?.string ?? "")
        case "timed_out": end = .timedOut(output: data["output"] ?? .null)
        case "failed":
            let error = data["error"]
            end = .failed(
                StepError(
                    code: error?["code"]?.string ?? "internal",
                    message: error?["message"]?.string ?? "The task could not be asked for."))
        default: return nil
        }
        return .taskEnded(StepKey(node: node, path: path), attempt: Int(attempt), end)
    }

    /// What the step gives.
    private static func output(of task: TaskRecord) -> JSON {
        let state = task.state
        // A comment and a form of each person; many people, small forms.
        let votes = state.votes.map { vote -> JSON in
            [
                "by": .string(vote.by), "decision": .string(vote.value), "comment": .string(vote.comment),
                "form": vote.form, "at": .string(vote.at.description),
            ]
        }
        let last = state.decision.flatMap { value in state.votes.last { $0.value == value } }
        var output: JSONObject = [
            "task_id": .string(task.id.description), "decision": state.decision.map { .string($0) } ?? .null,
            "label": (state.decision.flatMap { state.task.option($0)?.label }).map { .string($0) } ?? .null,
            "automatic": .bool(state.isAutomatic), "votes": .array(votes),
        ]
        output["decided_by"] = last.map { .string($0.by) } ?? .null
        output["comment"] = last.map { .string($0.comment) } ?? ""
        output["form"] = last?.form ?? .null
        output["decided_at"] = state.closedAt.map { .string($0.description) } ?? .null
        return .object(output)
    }
}
