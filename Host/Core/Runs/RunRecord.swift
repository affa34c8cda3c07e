package import PatchbayJSON

/// Where a run stands.
package enum RunStatus: String, Sendable, CaseIterable {
    case queued, running, completed, failed, cancelled

    package var isTerminal: Bool {
        switch self {
        case .completed, .failed, .cancelled: true
        case .queued, .running: false
        }
    }
}

/// Where a step stands.
package enum StepStatus: String, Sendable, CaseIterable {
    case running, waiting, completed, failed, skipped, cancelled
}

/// One run, as lists show it.
package struct RunRecord: Sendable, Equatable {
    package var id: RunID
    package var tenant: TenantID
    package var workflow: WorkflowID
    package var workflowName: String
    package var version: Int
    package var status: RunStatus
    /// The trigger's kind: "manual", "webhook", …
    package var trigger: String
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    /// {code, message, node} of a failed run, else null.
    package var error: JSON
    /// The run that this one repeats.
    package var retryOf: RunID?
    /// The last run that repeats this one.
    package var retriedBy: RunID?

    package init(
        id: RunID, tenant: TenantID, workflow: WorkflowID, workflowName: String, version: Int, status: RunStatus,
        trigger: String, createdAt: Timestamp, startedAt: Timestamp? = nil, finishedAt: Timestamp? = nil,
        error: JSON = .null, retryOf: RunID? = nil, retriedBy: RunID? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.workflow = workflow
        self.workflowName = workflowName
        self.version = version
        self.status = status
        self.trigger = trigger
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.error = error
        self.retryOf = retryOf
        self.retriedBy = retriedBy
    }
}
