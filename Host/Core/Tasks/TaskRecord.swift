package import PatchbayJSON

/// A task as it is stored.
package struct TaskRecord: Sendable, Equatable {
    package var id: TaskID
    package var tenant: TenantID
    package var run: RunID
    package var workflow: WorkflowID
    package var workflowName: String
    /// The step that asks.
    package var node: String
    package var path: String
    package var attempt: Int
    package var state: TaskState
    /// Grows with each change.
    package var version: Int

    package init(
        id: TaskID, tenant: TenantID, run: RunID, workflow: WorkflowID, workflowName: String, node: String,
        path: String,
        attempt: Int, state: TaskState, version: Int = 1
    ) {
        self.id = id
        self.tenant = tenant
        self.run = run
        self.workflow = workflow
        self.workflowName = workflowName
        self.node = node
        self.path = path
        self.attempt = attempt
        self.state = state
        self.version = version
    }
}

/// Something that was done with a task; never changed.
package struct TaskEntry: Sendable, Equatable {
    /// The words stand in the database too; a test compares the lists.
    package enum Kind: String, Sendable, CaseIterable {
        case opened, claimed, released, commented, delegated, decided, reminded, escalated, reassigned, closed
    }

    package var kind: Kind
    package var at: Timestamp
    /// Who did it, by which way and from where; null: nobody, time passed.
    package var actor: JSON
    /// Of a decision {"value", "comment", "form", "payload": what was decided about}.
    package var data: JSON

    package init(_ kind: Kind, at moment: Timestamp, by actor: JSON = .null, data: JSON = [:]) {
        self.kind = kind
        at = moment
        self.actor = actor
        self.data = data
    }
}

/// What is stored together with a changed task, or not at all.
package struct TaskChange: Sendable, Equatable {
    package var entries: [TaskEntry] = []
    package var notices: [NewNotice] = []
    /// For the task's run, which goes on by it.
    package var message: RunMessage?

    package init() {}
}

/// Somebody who is to be told something, once.
package struct NewNotice: Sendable, Equatable {
    /// The words stand in the database too; a test compares the lists.
    package enum Channel: String, Sendable, CaseIterable { case mail, slack, webhook }

    /// What it is recognised by: of notices with the same key one is stored.
    package var key: String
    package var channel: Channel
    /// An address, a Slack channel, or a URL.
    package var recipient: String
    /// What whoever sends it makes the message of.
    package var data: JSON

    package init(key: String, channel: Channel, to recipient: String, data: JSON) {
        self.key = key
        self.channel = channel
        self.recipient = recipient
        self.data = data
    }
}

/// Which tasks of a tenant are wanted.
package struct TaskFilter: Sendable, Equatable {
    /// Empty: all.
    package var statuses: [TaskState.Status] = []
    /// Those that this person is asked in.
    package var person: String?
    package var workflow: WorkflowID?
    package var run: RunID?

    package init() {}
}

/// How many tasks of somebody wait.
package struct TaskCounts: Sendable, Equatable {
    package var open: Int
    /// Of the open ones, those that the person claimed.
    package var claimed: Int
    /// Of the open ones, those with less than a day left.
    package var dueSoon: Int

    package init(open: Int = 0, claimed: Int = 0, dueSoon: Int = 0) {
        self.open = open
        self.claimed = claimed
        self.dueSoon = dueSoon
    }
}
