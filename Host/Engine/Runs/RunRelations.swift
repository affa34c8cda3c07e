package import PatchbayCore
package import PatchbayJSON

/// What a run has to do with others: the runs it starts, and what it is told.
package struct RunRelations: Sendable {
    private let runs: any RunStore
    private let workflows: any WorkflowStore
    private let store: any RunMessages
    private let starter: RunStarter
    private let signals: RunSignals
    private let clock: any TimeSource
    /// Nil where nobody is asked.
    let tasks: TaskDesk?
    /// Nil where there are no events for all runs.
    private let events: (any EventStore)?

    package init(
        runs: any RunStore, workflows: any WorkflowStore, messages: any RunMessages, starter: RunStarter,
        signals: RunSignals, clock: any TimeSource, tasks: TaskDesk? = nil,
        events: (any EventStore)? = nil
    ) {
        self.tasks = tasks
        self.events = events
        self.runs = runs
        self.workflows = workflows
        store = messages
        self.starter = starter
        self.signals = signals
        self.clock = clock
    }

    // MARK: Messages

    /// Sends an event to a run that goes on. Of events with the same id the run hears once. False when there is no such
    /// run or it has ended.
    package func send(
        event name: String, payload: JSON, id: String, to run: RunID, in tenant: TenantID
    ) async throws -> Bool {
        let message = RunMessage(kind: .event, id: id, data: ["name": .string(name), "payload": payload])
        guard try await store.send(message, to: run, in: tenant, at: clock.now) else { return false }
        signals.messageStored(for: run)
        return true
    }

    /// Sends an event to all runs of the tenant that wait for it, and keeps it for a time for those that will. Answers the
    /// runs; nil when one with its id was sent before.
    package func publish(_ event: SharedEvent, in tenant: TenantID) async throws -> [RunID]? {
        guard let runs = try await events?.put(event, in: tenant, at: clock.now) else { return nil }
        for run in runs { signals.messageStored(for: run) }
        return runs
    }

    /// From now on the run hears of such events, and at once of those that are kept.
    func listen(for name: String, key: String, _ run: RunRecord) async throws {
        guard let events else { return }
        if try await events.listen(for: name, key: key, run: run.id, in: run.tenant, at: clock.now) {
            signals.messageStored(for: run.id)
        }
    }

    func messages(for run: RunRecord) async throws -> [RunMessage] {
        try await store.messages(for: run.id, in: run.tenant)
    }

    func addressees(worker: String) async throws -> [RunID] { try await store.addressees(worker: worker) }

    func forget(_ messages: [RunMessage], of run: RunRecord) async throws {
        try await store.forget(messages, of: run.id, in: run.tenant)
    }

    /// What a message says; nothing when this version does not understand it. Of a child's end it is told behind its
    /// start, which a worker that died may not have stored any more.
    func events(_ message: RunMessage, for run: RunRecord) async throws -> [RunEvent] {
        let data = message.data
        switch message.kind {
        case .event:
            return [
                .eventReceived(
                    name: data["name"]?.string ?? "", payload: data["payload"] ?? .null, id: message.id,
                    key: data["key"]?.string)
            ]
        case .task:
            guard let event = TaskMessage.event(message) else { return [] }
            return [event]
        case .child:
            guard let child = RunID(uuid: message.id), let node = data["node"]?.string, let path = data["path"]?.string,
                let attempt = data["attempt"]?.int, let end = try await end(of: child, in: run.tenant)
            else { return [] }
            let (key, number) = (StepKey(node: node, path: path), Int(attempt))
            return [.childStarted(key, attempt: number, run: child), .childEnded(key, attempt: number, end)]
        }
    }

    // MARK: Child runs

    /// Stores a child run, unless it is there. A child that ended at once is told of as such, too.
    func start(_ child: ChildRun, of parent: RunRecord) async throws -> [RunEvent] {
        guard var workflow = try await workflows.workflow(child.workflow, in: parent.tenant) else {
            return [refusal(of: child, "There is no workflow \(child.workflow) any more. Name another one.")]
        }
        if let version = child.version {
            guard try await workflows.version(version, of: child.workflow, in: parent.tenant) != nil else {
                return [refusal(of: child, "The workflow \(workflow.name.quoted) has no version \(version).")]
            }
            workflow.version = version
        }
        let trigger: JSON = [
            "kind": "workflow", "body": child.input,
            "parent": ["run_id": .string(parent.id.description), "workflow": .string(parent.workflowName)],
        ]
        let (record, _) = try await starter.start(
            workflow, trigger: trigger, kind: "workflow", deliveryKey: "child:\(child.idempotencyKey)",
            parent: child.parent, waiter: .end)
        var events: [RunEvent] = [.childStarted(child.key, attempt: child.attempt, run: record.id)]
        if record.status.isTerminal, let end = try await end(of: record.id, in: parent.tenant) {
            events.append(.childEnded(child.key, attempt: child.attempt, end))
        }
        return events
    }

    /// Asks a child for its end. What has not begun has ended at once, and the parent is told.
    func cancel(_ child: RunID, of parent: RunRecord) async throws {
        guard try await runs.requestCancel(child, in: parent.tenant, at: clock.now) else { return }
        signals.cancelRequested(child)
        guard try await runs.run(child, in: parent.tenant)?.status.isTerminal ?? true else { return }
        signals.finished(child)
        signals.messageStored(for: parent.id)
    }

    /// Nil as long as it goes on.
    private func end(of child: RunID, in tenant: TenantID) async throws -> ChildEnd? {
        guard let entry = try await runs.last(of: JournalEntry.Kind.ends, in: child, tenant: tenant) else { return nil }
        return switch entry.kind {
        case .runCompleted: .completed(output: entry.data["output"] ?? .null)
        case .runFailed: .failed(error: entry.data["error"] ?? .null)
        default: .cancelled
        }
    }

    private func refusal(of child: ChildRun, _ message: String) -> RunEvent {
        let error = StepError(code: "unknown_workflow", message: message)
        return .childEnded(child.key, attempt: child.attempt, .failed(error: error.json))
    }

    /// What happens to sub-workflows where a run stands alone.
    static func refusal(of child: ChildRun) -> RunEvent {
        let error = StepError(
            code: "unknown_workflow",
            message: "There are no other workflows here. Save both in an installation, and run this one there.")
        return .childEnded(child.key, attempt: child.attempt, .failed(error: error.json))
    }

    /// What happens to tasks where a run stands alone.
    static func refusal(of task: AskedTask) -> RunEvent {
        let error = StepError(
            code: "no_people",
            message: "There is nobody to ask here. Save the workflow in an installation, and run it there.")
        return .taskEnded(task.key, attempt: task.attempt, .failed(error))
    }

    // MARK: News

    /// The run has answered whoever waits, and that is stored.
    func responded(_ run: RunRecord) { signals.responded(run.id) }

    /// The run has ended, and that is stored; its parent has a message.
    func ended(_ run: LeasedRun) {
        guard let parent = run.entries.first?.data["parent"], parent["awaits"]?.bool == true,
            let id = parent["run"]?.string.flatMap({ RunID($0) })
        else { return }
        signals.messageStored(for: id)
    }
}

extension JournalEntry.Kind {
    /// The last entry of a run that has ended.
    package static let ends: [JournalEntry.Kind] = [.runCompleted, .runFailed, .runCancelled]
}
