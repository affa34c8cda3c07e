import PatchbayCore
import PatchbayEngine
import PatchbayJSON

extension RunRecord {
    /// What lists show of a run. `execution_id` is another name for `id`.
    var json: JSONObject {
        let duration = startedAt.flatMap { start in finishedAt.map { JSON.int($0 - start) } }
        return [
            "id": .string(id.description), "execution_id": .string(id.description), "run_id": .string(id.description),
            "workflow_id": .string(workflow.description), "workflow_name": .string(workflowName),
            "workflow_version": .int(Int64(version)), "status": .string(status.rawValue), "trigger": .string(trigger),
            "created_at": .string(createdAt.description), "started_at": .time(startedAt),
            "completed_at": .time(finishedAt), "duration_ms": duration ?? .null, "error": error,
            "retry_of": retryOf.map { .string($0.description) } ?? .null,
            "retried_by": retriedBy.map { .string($0.description) } ?? .null,
        ]
    }

    /// The run with what happened in it.
    func json(_ view: RunView) -> JSON {
        var object = json
        object["input"] = view.input
        object["output"] = view.output
        object["steps"] = .array(view.steps.map(\.json))
        return .object(object)
    }
}

extension StepView {
    var json: JSON {
        [
            "node_id": .string(node), "status": .string(status.rawValue), "attempts": .int(Int64(attempts)),
            "started_at": .time(startedAt), "completed_at": .time(finishedAt),
            "duration_ms": duration.map(JSON.int) ?? .null,
            "input": input ?? .null, "output": output ?? .null, "error": error ?? .null,
            "port": port.map(JSON.string) ?? .null, "retry_at": .time(retryAt),
        ]
    }
}

extension StepLogLine {
    var json: JSON {
        [
            "at": .string(line.at.description), "node_id": .string(node), "attempt": .int(Int64(attempt)),
            "level": .string(line.level.rawValue), "message": .string(line.message), "fields": line.fields,
        ]
    }
}

extension JSON {
    /// RFC 3339, or null.
    static func time(_ moment: Timestamp?) -> JSON { moment.map { .string($0.description) } ?? .null }
}
