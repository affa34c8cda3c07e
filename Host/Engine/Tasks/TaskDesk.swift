package import PatchbayCore
import PatchbayJSON

/// Where tasks are opened, acted on and ended: reads a task, asks its state what follows, and stores all of that together.
/// Whoever was faster wins, and the other looks again; so any number of hosts may be at it.
package struct TaskDesk: Sendable {
    /// How often a change is tried again that others get ahead of.
    private static let mostTries = 20
    /// Tasks that are looked at in one go.
    private static let portion = 200

    private let store: any TaskStore
    private let members: any MembershipStore
    private let signals: RunSignals
    private let clock: any TimeSource

    package init(
        store: any TaskStore, members: any MembershipStore, signals: RunSignals, clock: any TimeSource
    ) {
        self.store = store
        self.members = members
        self.signals = signals
        self.clock = clock
    }

    // MARK: Runs

    /// Stores what a step asks for, unless it is there.
    func open(_ asked: AskedTask, of run: RunRecord) async throws -> [RunEvent] {
        let known = try await store.task(
            of: run.id, node: asked.key.node, path: asked.key.path, attempt: asked.attempt, in: run.tenant)
        var events: [RunEvent] = [.taskOpened(asked.key, attempt: asked.attempt)]
        guard known == nil else { return events }
        let now = clock.now
        var task = TaskRecord(
            id: .new(at: now), tenant: run.tenant, run: run.id, workflow: run.workflow, workflowName: run.workflowName,
            node: asked.key.node, path: asked.key.path, attempt: asked.attempt,
            state: TaskState(asked.task, openedAt: asked.askedAt))
        var change = TaskChange()
        change.entries = [TaskEntry(.opened, at: now)]
        let commands = try task.state.apply(.opened(try await directory(of: run.tenant)), at: now)
        take(commands, of: task, into: &change, at: now)
        change.entries[0].data = ["people": .array(task.state.people.map { .string($0) })]
        // What ends at once is told here; the message comes late and is no news then.
        let stored = try await store.open(task, change)
        if stored.isNew, let message = change.message, let event = TaskMessage.event(message) { events.append(event) }
        return events
    }

    /// The step is not needed any longer, though its run goes on.
    func withdraw(_ key: StepKey, _ attempt: Int, of run: RunRecord) async throws {
        guard
            let task = try await store.task(
                of: run.id, node: key.node, path: key.path, attempt: attempt, in: run.tenant)
        else { return }
        try await withdraw(task, "The run did not need it any longer.")
    }

    private func withdraw(_ task: TaskRecord, _ reason: String) async throws {
        _ = try await change(
            task, .withdrawn(reason), TaskEntry(.closed, at: clock.now, data: ["reason": .string(reason)]))
    }

    // MARK: People

    /// Nil when there is no such task. Throws `TaskRefusal`.
    package func act(
        _ event: TaskEvent, _ entry: TaskEntry, on id: TaskID, in tenant: TenantID
    ) async throws -> TaskRecord? {
        guard let task = try await store.task(id, in: tenant) else { return nil }
        return try await change(task, event, entry)
    }

    // MARK: Time

    /// Ends what nobody waits for, and does what has become due; both no harm when another host is at it.
    package func look(at now: Timestamp) async throws {
        for task in try await store.orphans(limit: Self.portion) {
            try await withdraw(task, "The run has ended.")
        }
        for task in try await store.due(at: now, limit: Self.portion) {
            let directory = try await directory(of: task.tenant)
            _ = try await change(task, .timePassed(directory), nil)
        }
    }

    // MARK: Changes

    /// The task as it is afterwards.
    private func change(_ task: TaskRecord, _ event: TaskEvent, _ entry: TaskEntry?) async throws -> TaskRecord {
        var current = task
        for _ in 0..<Self.mostTries {
            var next = current
            let now = clock.now
            let commands = try next.state.apply(event, at: now)
            guard next.state != current.state || entry?.kind == .commented else { return current }
            next.version += 1
            var change = TaskChange()
            if var entry {
                entry.at = now
                change.entries.append(entry)
            }
            change.entries += Self.steps(from: current.state, to: next.state, at: now)
            take(commands, of: next, into: &change, at: now)
            change.notices += TaskNotices.refresh(next, from: current.state)
            if try await store.save(next, change) {
                if change.message != nil { signals.messageStored(for: next.run) }
                return next
            }
            guard let newer = try await store.task(task.id, in: task.tenant) else { return current }
            current = newer
        }
        throw TaskContention()
    }

    /// What the escalation did.
    private static func steps(from old: TaskState, to new: TaskState, at now: Timestamp) -> [TaskEntry] {
        let count = old.task.escalation.count
        return (old.nextStep..<max(old.nextStep, min(new.nextStep, count))).map { index in
            let step = old.task.escalation[index]
            let kind: TaskEntry.Kind =
                switch step.step {
                case .remind: .reminded
                case .notify: .escalated
                case .reassign: .reassigned
                case .decide: .decided
                }
            var data = step.json.object ?? [:]
            if case .reassign = step.step { data["people"] = .array(new.people.map { .string($0) }) }
            if case .decide(let value) = step.step {
                data["value"] = .string(value)
                data["payload"] = old.task.payload
            }
            return TaskEntry(kind, at: now, data: .object(data))
        }
    }

    private func take(
        _ commands: [TaskCommand], of task: TaskRecord, into change: inout TaskChange, at now: Timestamp
    ) {
        for command in commands {
            switch command {
            case .tell(let why, let people): change.notices += TaskNotices.all(why, people, of: task)
            case .end(let outcome):
                change.message = TaskMessage.message(outcome, of: task)
                if !change.entries.contains(where: { $0.kind == .closed }) {
                    change.entries.append(
                        TaskEntry(
                            .closed, at: now,
                            data: [
                                "status": .string(task.state.status.rawValue),
                                "decision": task.state.decision.map { .string($0) } ?? .null,
                            ]))
                }
            }
        }
    }

    private func directory(of tenant: TenantID) async throws -> TaskDirectory {
        TaskDirectory(try await members.members(in: tenant).map { ($0.account.email, $0.role) })
    }
}

/// Others changed a task all the time.
package struct TaskContention: Error, Equatable, CustomStringConvertible {
    package var description: String { "the task is being changed by many at a time; try again" }
}
