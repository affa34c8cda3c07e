import PatchbayCore
import PatchbayEngine
import PatchbayJSON

extension RunView {
    /// The run as the API tells it.
    func json(of record: RunRecord) -> JSON {
        let duration = record.startedAt.flatMap { start in record.finishedAt.map { JSON.int($0 - start) } }
        return [
            "id": .string(record.id.description), "workflow_name": .string(record.workflowName),
            "status": .string(record.status.rawValue), "duration_ms": duration ?? .null, "input": input,
            "output": output, "error": record.error, "steps": .array(steps.map(\.json)),
        ]
    }
}

extension StepView {
    fileprivate var json: JSON {
        [
            "node_id": .string(node), "status": .string(status.rawValue), "attempts": .int(Int64(attempts)),
            "duration_ms": duration.map(JSON.int) ?? .null, "output": output ?? .null, "error": error ?? .null,
        ]
    }
}
