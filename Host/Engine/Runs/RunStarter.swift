package import PatchbayCore
package import PatchbayJSON

/// A run was started before under the same key, with another input.
package struct RunStartConflict: Error, Equatable {
    package var run: RunID
}

/// Starts runs: stores them, then wakes the worker.
package struct RunStarter: Sendable {
    private let runs: any RunStore
    private let signals: RunSignals
    private let clock: any TimeSource
    private let placements: PlacementRules?

    /// Without `placements`, any worker may take the runs, and all of them at a time.
    package init(
        runs: any RunStore, signals: RunSignals, clock: any TimeSource, placements: PlacementRules? = nil
    ) {
        self.placements = placements
        self.runs = runs
        self.signals = signals
        self.clock = clock
    }

    /// Starts the record's version of a workflow by hand; `input` becomes `trigger.body`. A key that was used before for
    /// the same workflow answers the run of that time; throws `RunStartConflict` when that had another input. With
    /// `mustBeNewest`, throws `WorkflowMoved` unless the record's version is the newest of an active workflow. `audit` is
    /// stored with the run, and names it.
    package func start(
        _ workflow: WorkflowRecord, input: JSON, key: String? = nil, mustBeNewest: Bool = false,
        audit: AuditEvent? = nil, waiter: NewRun.Waiter = .nobody
    ) async throws -> (record: RunRecord, isDuplicate: Bool) {
        let started = try await start(
            workflow, trigger: ["kind": "manual", "body": input], kind: "manual", deliveryKey: key,
            mustBeNewest: mustBeNewest, audit: audit, waiter: waiter)
        if started.isDuplicate, try await self.input(of: started.record) != input {
            throw RunStartConflict(run: started.record.id)
        }
        return started
    }

    private func input(of run: RunRecord) async throws -> JSON? {
        try await runs.entries(of: run.id, in: run.tenant, after: 0, limit: 1).first?.data["trigger"]?["body"]
    }

    /// Starts the record's version of a workflow. `trigger` is what expressions see under that name, an object with `kind`
    /// and `body`; its `node`, when it has one, is the trigger node the run begins at, else `kind` chooses. `deliveryKey`
    /// is what a repeated delivery is recognised by: it is answered with the first one's run. `parent` is what asked for a
    /// child run. With `version`, that one instead; with `fork`, as the repetition of another run; with `group`, among those
    /// where the workflow's own rule says nothing; with `id`, under the identifier that it was promised under.
    package func start(
        _ workflow: WorkflowRecord, version: Int? = nil, trigger: JSON, kind: String, deliveryKey: String? = nil,
        parent: JSON = .null, fork: RunFork? = nil, group: RunPlacement.Group? = nil,
        mustBeNewest: Bool = false, id: RunID? = nil, audit: AuditEvent? = nil, waiter: NewRun.Waiter = .nobody
    ) async throws -> (record: RunRecord, isDuplicate: Bool) {
        let now = clock.now
        let record = RunRecord(
            id: id ?? .new(at: now), tenant: workflow.tenant, workflow: workflow.id, workflowName: workflow.name,
            version: version ?? workflow.version, status: .queued, trigger: kind, createdAt: now)
        var audit = audit
        audit?.resource = AuditEvent.Resource("run", record.id.description)
        var placement = try await placements?.placement(of: record, trigger: trigger)
        if let group, placement?.group == nil {
            placement = placement ?? RunPlacement()
            placement?.group = group
        }
        let stored = try await store(
            NewRun(
                record: record, trigger: trigger, deliveryKey: deliveryKey, placement: placement ?? RunPlacement(),
                parent: parent, fork: fork, mustBeNewest: mustBeNewest, audit: audit, waiter: waiter))
        let isDuplicate = !stored.isNew(as: record)
        if !isDuplicate, stored.status == .queued {
            if placement?.labels.isEmpty ?? true { signals.wake() } else { signals.wakeAll() }
        }
        return (stored, isDuplicate)
    }

    /// Begins to start the record's version by hand, as `start` with `mustBeNewest`, without a key and for somebody who waits
    /// for the start; where nothing has to be read for it. Nil elsewhere: `start` does it.
    package func attempt(_ workflow: WorkflowRecord, input: JSON, audit: AuditEvent) -> StartAttempt? {
        let now = clock.now
        let record = RunRecord(
            id: .new(at: now), tenant: workflow.tenant, workflow: workflow.id, workflowName: workflow.name,
            version: workflow.version, status: .queued, trigger: "manual", createdAt: now)
        guard runs.isReady(for: record.tenant, at: now) else { return nil }
        let trigger: JSON = ["kind": "manual", "body": input]
        var placement = RunPlacement()
        if let placements {
            guard let known = placements.knownPlacement(of: record, trigger: trigger) else { return nil }
            placement = known
        }
        // Only the writer compares a run with its workflow.
        guard placement.failure == nil, placement.group == nil else { return nil }
        var audit = audit
        audit.resource = AuditEvent.Resource("run", record.id.description)
        let run = NewRun(
            record: record, trigger: trigger, placement: placement, mustBeNewest: true, audit: audit, waiter: .start)
        return StartAttempt(run, offer: signals.offer(run), runs: runs, signals: signals)
    }

    /// Stores a run, for a worker of this process where one can take it on at once.
    private func store(_ run: NewRun) async throws -> RunRecord {
        guard run.fork == nil, let offer = signals.offer(run) else { return try await runs.accept(run) }
        var run = run
        run.lease = offer.lease
        let stored: RunRecord
        do {
            stored = try await runs.accept(run)
        } catch {
            offer.withdraw(false)
            throw error
        }
        if stored.isNew(as: run.record), stored.status == .running {
            offer.take(stored)
            signals.changes.ring()
        } else {
            offer.withdraw(true)
        }
        return stored
    }
}

extension RunRecord {
    /// Whether this is what was just stored. A run that was promised under an identifier may be there since an earlier
    /// attempt, in somebody else's hands.
    func isNew(as record: RunRecord) -> Bool { id == record.id && createdAt == record.createdAt }
}
