import Logging
import PatchbayCore
import PatchbayJSON

/// What is said when a runner ends.
extension RunnerPool {
    /// For a call that it had. Nobody knows how far it came.
    func failure(_ end: RunnerEnd, _ operation: String, _ count: Int, _ words: String) -> OperationFailure {
        let others = count > 1 ? " \(count - 1) other calls of it failed with this one." : ""
        var detail: JSONObject = [
            "connector": .string(manifest.id), "version": .string(manifest.version.description),
            "operation": .string(operation), "end": .string(end.name),
        ]
        if !words.isEmpty { detail["output"] = .string(words) }
        return OperationFailure(
            code: .unavailable, message: "\(side.label) \(end.words) during \(operation).\(others)", effect: .unknown,
            detail: .object(detail))
    }

    /// For a call that no runner was asked for.
    func setAside(_ operation: String) -> OperationFailure {
        let why = isolation.quarantine.map { "\($0). " } ?? ""
        return OperationFailure(
            code: .unavailable,
            message: "\(side.label) is set aside and takes no calls, because it kept ending its process. \(why)"
                + "Let it be tried again, or use another version.",
            isRetryable: false, effect: OperationFailure.Effect.none,
            detail: [
                "connector": .string(manifest.id), "version": .string(manifest.version.description),
                "operation": .string(operation), "end": "quarantined",
            ])
    }

    /// Why a connector whose first runner ended cannot be used.
    func refusal(_ end: RunnerEnd) -> ConnectorRefusal {
        if case .refused(let refusal) = end { return refusal }
        return ConnectorRefusal(
            .startFailed, have: "a connector that \(end.words)",
            need: "one that opens and starts in a process of its own",
            hint: "Look into the host's log for its last words, or ask its author.")
    }

    func complain(_ end: RunnerEnd, _ loss: RunnerFleet.Loss, _ words: String) {
        var metadata: Logger.Metadata = [
            "connector": "\(side.label)", "end": "\(end.name)", "why": "\(end.words)", "calls": "\(loss.had.count)",
        ]
        if !words.isEmpty { metadata["output"] = "\(words)" }
        side.logger.warning("A runner ended", metadata: metadata)
        if loss.isQuarantined {
            side.logger.error(
                "A connector version is set aside: its runners keep ending", metadata: ["connector": "\(side.label)"])
        }
    }
}
