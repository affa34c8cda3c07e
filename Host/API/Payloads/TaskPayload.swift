import PatchbayCore
import PatchbayJSON

extension TaskRecord {
    /// What lists show of a task.
    var json: JSONObject {
        [
            "id": .string(id.description), "title": .string(state.task.title), "status": .string(state.status.rawValue),
            "run_id": .string(run.description), "workflow_id": .string(workflow.description),
            "workflow_name": .string(workflowName), "node_id": .string(node), "path": .string(path),
            "people": .array(state.people.map { .string($0) }),
            "claimed_by": state.claimant.map { .string($0) } ?? .null,
            "decision": state.decision.map { .string($0) } ?? .null, "automatic": .bool(state.isAutomatic),
            "opened_at": .string(state.openedAt.description),
            "expires_at": .string((state.openedAt + state.task.timeout).description),
            "closed_at": .time(state.closedAt),
        ]
    }

    func json(_ entries: [TaskEntry]) -> JSON {
        var object = json
        let task = state.task
        object["details"] = .string(task.details)
        object["payload"] = task.payload
        object["options"] = .array(task.options.map(\.json))
        object["form"] = task.form ?? .null
        object["quorum"] = task.quorum.json
        object["needed"] = .int(Int64(state.needed))
        object["requester"] = task.requester.map { .string($0) } ?? .null
        object["escalation"] = .array(task.escalation.map(\.json))
        object["votes"] = .array(
            state.votes.map {
                [
                    "by": .string($0.by), "decision": .string($0.value), "comment": .string($0.comment),
                    "form": $0.form,
                    "at": .string($0.at.description),
                ]
            })
        object["history"] = .array(entries.map(\.json))
        return .object(object)
    }
}

extension TaskEntry {
    var json: JSON {
        ["event": .string(kind.rawValue), "at": .string(at.description), "actor": actor, "data": data]
    }
}
