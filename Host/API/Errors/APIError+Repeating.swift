import PatchbayCore
import PatchbayEngine
import PatchbayJSON

extension APIError {
    /// Why a run is not repeated, and what to do.
    init(_ refusal: RepeatRefusal, of run: RunRecord) {
        var details: JSONObject = ["run_id": .string(run.id.description)]
        switch refusal {
        case .notEnded:
            details["status"] = .string(run.status.rawValue)
            self.init(
                .runNotFinished, "The run is \(run.status.rawValue). Wait until it has ended, or cancel it first.",
                details: details)
        case .expired:
            self.init(
                .runExpired, "What the run did is no longer kept. Start its workflow with its input instead.",
                details: details)
        case .workflowDeleted:
            self = .noWorkflow(run.workflow)
        case .workflowPaused:
            details["workflow_id"] = .string(run.workflow.description)
            self.init(
                .workflowPaused, "The workflow is paused and starts no runs. Resume it first.", details: details)
        case .unknownVersion(let version):
            details["version"] = .int(Int64(version))
            self.init(.versionNotFound, "The workflow has no version \(version).", details: details)
        case .unusableVersion(let version, let problems):
            details["version"] = .int(Int64(version))
            details["problems"] = .array(problems.prefix(Self.mostProblems).map(JSON.string))
            self.init(
                .versionUnusable,
                "Version \(version) cannot be carried out: \(problems.first ?? "it cannot be read"). Repeat the run "
                    + "on another version, or from the start.", details: details)
        case .nothingFailed:
            self.init(
                .nothingFailed, "No step of the run failed. Name a step in 'from', or begin at the \"start\".",
                details: details)
        case .unknownStep(let node, let path):
            details["node_id"] = .string(node.shortened(to: 80))
            details["path"] = .string(path.shortened(to: 80))
            self.init(
                .stepNotFound,
                "The run never reached a step \(node.quoted)\(path.isEmpty ? "" : " at \(path.quoted)"), or the "
                    + "version lacks it. `GET /runs/{id}/steps` lists them.", details: details)
        case .alreadyRetried:
            details["retried_by"] = run.retriedBy.map { .string($0.description) } ?? .null
            self.init(
                .runRetried, "Another run repeats this one already. `POST /runs/{id}/retry` repeats it again.",
                details: details)
        }
    }
}
