package import PatchbayJSON

/// When runs of a workflow start by themselves: a `schedule` node of its document, or one that was made beside it.
package struct ScheduleRecord: Sendable, Equatable {
    package var id: ScheduleID
    package var tenant: TenantID
    package var workflow: WorkflowID
    /// The trigger that its runs begin at; nil: the first `schedule` trigger, or else the one that starts runs by hand.
    package var node: String?
    /// Whether it stands in the workflow's document, and follows that.
    package var isDeclared: Bool
    package var name: String
    /// As the `config` of a `schedule` node.
    package var spec: JSON
    /// Whether somebody paused it.
    package var isPaused: Bool
    /// Whether its workflow is paused.
    package var isHeld: Bool
    /// Times until this one are dealt with.
    package var after: Timestamp
    /// The time that is dealt with next; nil when nobody has reckoned yet, and when there is none.
    package var nextTime: Timestamp?
    /// When somebody is to look at it; nil: never, because it is over or paused.
    package var nextAt: Timestamp?
    /// The run that it started last.
    package var lastRun: RunID?
    /// Why it does not start runs at the moment.
    package var problem: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: ScheduleID, tenant: TenantID, workflow: WorkflowID, node: String? = nil, isDeclared: Bool = false,
        name: String, spec: JSON, isPaused: Bool = false, isHeld: Bool = false, after: Timestamp,
        nextTime: Timestamp? = nil, nextAt: Timestamp? = nil, lastRun: RunID? = nil, problem: String? = nil,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.workflow = workflow
        self.node = node
        self.isDeclared = isDeclared
        self.name = name
        self.spec = spec
        self.isPaused = isPaused
        self.isHeld = isHeld
        self.after = after
        self.nextTime = nextTime
        self.nextAt = nextAt
        self.lastRun = lastRun
        self.problem = problem
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What came of one time of a schedule; of those that were missed, of several.
package struct ScheduleFiring: Sendable, Equatable {
    package enum Outcome: String, Sendable, CaseIterable {
        /// A run was started.
        case started
        /// None was, for the reason given.
        case skipped
        /// Nobody was there when it was time.
        case missed
    }

    package var schedule: ScheduleID
    /// The schedule's own time, without its jitter; of several, the last.
    package var time: Timestamp
    /// When it was dealt with.
    package var at: Timestamp
    package var outcome: Outcome
    /// A word: `overlap`, `tenant_suspended`, `quota_exceeded`, `by_hand`.
    package var reason: String?
    package var run: RunID?
    /// How many times it stands for.
    package var times: Int

    package init(
        schedule: ScheduleID, time: Timestamp, at: Timestamp, outcome: Outcome, reason: String? = nil,
        run: RunID? = nil, times: Int = 1
    ) {
        self.schedule = schedule
        self.time = time
        self.at = at
        self.outcome = outcome
        self.reason = reason
        self.run = run
        self.times = times
    }
}

/// A schedule whose time has come, with what is needed to deal with it.
package struct DueSchedule: Sendable {
    package var record: ScheduleRecord
    /// As it is now; nil when it is gone.
    package var workflow: WorkflowRecord?
    /// Whether the run that was started last has not ended.
    package var isRunning: Bool
    /// Whether nothing of its tenant is started.
    package var isSuspended: Bool

    package init(record: ScheduleRecord, workflow: WorkflowRecord?, isRunning: Bool, isSuspended: Bool = false) {
        self.record = record
        self.workflow = workflow
        self.isRunning = isRunning
        self.isSuspended = isSuspended
    }
}

/// How a schedule stands after it was dealt with.
package struct ScheduleAdvance: Sendable {
    package var schedule: ScheduleID
    package var tenant: TenantID
    package var after: Timestamp
    package var nextTime: Timestamp?
    package var nextAt: Timestamp?
    /// Nil: as before.
    package var lastRun: RunID?
    package var problem: String?
    package var firings: [ScheduleFiring]

    package init(of record: ScheduleRecord) {
        schedule = record.id
        tenant = record.tenant
        after = record.after
        nextTime = record.nextTime
        nextAt = record.nextAt
        firings = []
    }
}
