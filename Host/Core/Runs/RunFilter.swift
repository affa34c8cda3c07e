/// Which runs are wanted; what is nil or empty is not asked for.
package struct RunFilter: Sendable, Equatable {
    package var workflow: WorkflowID?
    package var statuses: Set<RunStatus>
    /// The trigger's kind: "manual", "webhook", …
    package var trigger: String?
    /// Stored at this moment or later.
    package var from: Timestamp?
    /// Stored before this moment.
    package var before: Timestamp?
    /// Stands in the workflow's name or in the error's message or code, whatever the case of its letters.
    package var text: String?
    /// Only those that no other run repeats.
    package var isUnretried: Bool
    /// Only dead letters: failed, not repeated since, and not dismissed.
    package var isDeadLetter: Bool

    package init(
        workflow: WorkflowID? = nil, statuses: Set<RunStatus> = [], trigger: String? = nil, from: Timestamp? = nil,
        before: Timestamp? = nil, text: String? = nil, isUnretried: Bool = false, isDeadLetter: Bool = false
    ) {
        self.workflow = workflow
        self.statuses = statuses
        self.trigger = trigger
        self.from = from
        self.before = before
        self.text = text
        self.isUnretried = isUnretried
        self.isDeadLetter = isDeadLetter
    }

    package static let all = RunFilter()
}

extension RunID {
    /// The least id that a run made at the moment can have: ids begin with their time (RFC 9562, UUIDv7).
    package static func least(at moment: Timestamp) -> RunID {
        RunID(high: UInt64(clamping: min(max(moment.milliseconds, 0), 1 << 48 - 1)) << 16, low: 0)
    }
}
