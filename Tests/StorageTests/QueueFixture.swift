import DatabaseFixture
import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage

/// A tenant with one workflow, whose runs stand in the queue.
struct QueuedTenant {
    let stores: Stores
    let workflow: WorkflowRecord

    init(stores: Stores, workflow: WorkflowRecord) {
        self.stores = stores
        self.workflow = workflow
    }

    init(_ stores: Stores, _ number: UInt64 = 1) async throws {
        self.stores = stores
        let tenant = TenantID(high: TenantID.initial.high, low: TenantID.initial.low + number - 1)
        workflow = WorkflowRecord(
            id: .new(at: Stores.start), tenant: tenant, name: "w", about: "", status: .active, version: 1,
            createdAt: Stores.start, updatedAt: Stores.start)
        _ = try await stores.pool.query(
            "insert into tenants values ($1, 'other', now()) on conflict do nothing",
            [.uuid(high: tenant.high, low: tenant.low)])
        try await stores.workflows.create(workflow, document: ["name": "w"], webhooks: [])
    }

    @discardableResult
    func run(
        _ placement: RunPlacement = RunPlacement(), key: String? = nil, at seconds: Int64 = 0
    ) async throws -> RunRecord {
        let moment = Stores.at(seconds)
        let record = RunRecord(
            id: .new(at: moment), tenant: workflow.tenant, workflow: workflow.id, workflowName: "w", version: 1,
            status: .queued, trigger: "manual", createdAt: moment)
        return try await stores.runs.accept(
            NewRun(record: record, trigger: ["kind": "manual"], deliveryKey: key, placement: placement))
    }

    func runs(_ count: Int, _ placement: RunPlacement = RunPlacement()) async throws {
        for index in 0..<count { try await run(placement, at: Int64(index)) }
    }

    func status(_ run: RunRecord) async throws -> RunStatus? {
        try await stores.runs.run(run.id, in: workflow.tenant)?.status
    }
}

extension RunPlacement {
    /// In a group of the workflow.
    static func group(
        _ key: String = "", limit: Int = 1, _ conflict: ConcurrencyRule.Conflict = .queue
    ) -> RunPlacement {
        RunPlacement(group: Group(key: key, limit: limit, conflict: conflict))
    }
}

extension Stores {
    var queue: PostgresRunQueue { PostgresRunQueue(engine) }
    /// For what people decide.
    var operating: PostgresRunQueue { PostgresRunQueue(api) }

    func journal(_ labels: String..., dedicated: Bool = false) -> PostgresJournal {
        PostgresJournal(engine, labels: labels, isDedicated: dedicated, log: .quiet)
    }

    /// Ends a run as its worker does.
    func complete(_ run: LeasedRun) async throws {
        let last = run.entries.last?.sequence ?? 0
        try await journal.append([entry(last + 1, .runCompleted)], log: [], to: run, status: .completed)
    }
}
