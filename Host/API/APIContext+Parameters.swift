import Hummingbird
import PatchbayCore
import PatchbayJSON

extension APIContext {
    /// A varying part of the path, decoded; empty when it is no text that could name anything.
    func parameter(_ name: String) -> String { Self.decoded(parameters.get(name) ?? "") }

    /// What stands behind `/webhook/`, decoded.
    var endpoint: String { Self.decoded(parameters.getCatchAll().joined(separator: "/")) }

    /// Control characters name nothing, and the database cannot even be asked for the first of them.
    private static func decoded(_ text: String) -> String {
        guard let text = FormText.decoded(Array(text.utf8)[...], plusIsSpace: false),
            !text.utf8.contains(where: { $0 < 0x20 })
        else { return "" }
        return text
    }

    /// The `:id` of a workflow. One that is no identifier is as little there as one that is unknown.
    func workflowID() throws(APIError) -> WorkflowID {
        let text = parameter("id")
        guard let id = WorkflowID(text) else { throw .noWorkflow(text) }
        return id
    }

    /// For routes whose workflow stands in the body or the query: a key that is limited to workflows names one of them.
    func checkReach(_ workflow: WorkflowID?) throws(APIError) {
        guard caller.workflows != nil else { return }
        guard let workflow, caller.mayTouch(workflow) else { throw .outOfReach }
    }

    func runID() throws(APIError) -> RunID {
        let text = parameter("id")
        guard let id = RunID(text) else { throw .noRun(text) }
        return id
    }
}

extension APIError {
    static func noWorkflow(_ id: WorkflowID) -> APIError { noWorkflow(id.description) }

    static func noWorkflow(_ id: String) -> APIError {
        APIError(
            .workflowNotFound, "There is no workflow with the id \(id.quoted).",
            details: ["workflow_id": .string(id.shortened(to: 80))])
    }

    static func noRun(_ id: RunID) -> APIError { noRun(id.description) }

    static func noRun(_ id: String) -> APIError {
        APIError(
            .runNotFound, "There is no run with the id \(id.quoted).",
            details: ["run_id": .string(id.shortened(to: 80))])
    }
}
