import PatchbayCore
import PatchbayJSON

extension RunChange.Cursor {
    /// The first message: where the feed begins, for those who lose the connection before anything happened.
    static func liveGreeting(_ text: String) -> JSON { ["cursor": .string(text), "type": "connected"] }
}

extension JournalEntry {
    /// What has changed in a run. Inputs and outputs are left out, because they can be large; `/runs/{id}/steps` has
    /// them. `cursor` is what `after` takes.
    func liveMessage(of run: RunID) -> JSON {
        var message: JSONObject = [
            "cursor": .string(String(sequence)), "type": .string(kind.rawValue), "run_id": .string(run.description),
            "at": .string(at.description),
        ]
        if !node.isEmpty {
            message["node_id"] = .string(node)
            message["path"] = .string(path)
            message["attempt"] = .int(Int64(attempt))
        }
        for name in ["port", "error", "retry_at", "continues"] {
            if let value = data[name] { message[name] = value }
        }
        return .object(message)
    }
}

extension RunChange {
    var liveMessage: JSON {
        [
            "cursor": .string(cursor.text), "type": .string(kind.rawValue), "run_id": .string(run.description),
            "workflow_id": .string(workflow.description), "workflow_name": .string(workflowName),
            "status": .string(status.rawValue), "at": .string(at.description), "error": error,
        ]
    }
}
