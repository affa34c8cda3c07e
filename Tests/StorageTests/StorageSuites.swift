import DatabaseFixture
import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

/// Everything runs against a real server; each test has a fresh, migrated database.
@Suite(.database, .timeLimit(.minutes(5)))
struct StorageSuites {}

/// The stores over one database, and what tests put into them.
struct Stores {
    let target: PostgresTarget
    /// As the one who made the cluster, whom nothing is forbidden: for looks into tables.
    let pool: PostgresPool
    /// As requests are served, and as runs are carried out.
    let api: PostgresPool
    let engine: PostgresPool
    /// As people are signed in.
    let identity: PostgresPool
    let workflows: PostgresWorkflowStore
    let runs: PostgresRunStore
    let journal: PostgresJournal
    let credentials: PostgresCredentialStore
    let settings: PostgresConnectorSettingsStore

    init(_ target: PostgresTarget) {
        self.target = target
        let limits = PostgresPool.Limits(size: 4, patience: .seconds(60))
        pool = PostgresPool(target, limits: limits, log: .quiet)
        api = PostgresPool(target.as(.api), limits: limits, log: .quiet)
        engine = PostgresPool(target.as(.engine), limits: limits, log: .quiet)
        identity = PostgresPool(target.as(.identity), limits: limits, log: .quiet)
        workflows = PostgresWorkflowStore(api)
        journal = PostgresJournal(engine, log: .quiet)
        runs = PostgresRunStore(api, journal: journal)
        credentials = PostgresCredentialStore(api)
        settings = PostgresConnectorSettingsStore(api)
    }

    static let start = Timestamp(milliseconds: 1_760_000_000_000)
    static let tenant = TenantID.initial
    static let stranger = TenantID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0002)

    /// A moment some seconds after the start.
    static func at(_ seconds: Int64) -> Timestamp { start + seconds * 1_000 }

    @discardableResult
    func workflow(
        _ name: String = "deploy-alert", document: JSON = ["name": "deploy-alert"], endpoints: [String] = [],
        at moment: Timestamp = start
    ) async throws -> WorkflowRecord {
        let record = WorkflowRecord(
            id: .new(at: moment), tenant: Self.tenant, name: name, about: "", status: .active, version: 1,
            createdAt: moment, updatedAt: moment)
        try await workflows.create(record, document: document, webhooks: webhooks(endpoints, of: record.id))
        return record
    }

    func webhooks(_ endpoints: [String], of workflow: WorkflowID) -> [WebhookRecord] {
        endpoints.map {
            WebhookRecord(id: .new(at: Self.start), tenant: Self.tenant, workflow: workflow, endpoint: $0, node: "hook")
        }
    }

    @discardableResult
    func run(
        of workflow: WorkflowRecord, trigger: JSON = ["kind": "manual"], key: String? = nil,
        at moment: Timestamp = start
    ) async throws -> RunRecord {
        let record = RunRecord(
            id: .new(at: moment), tenant: Self.tenant, workflow: workflow.id, workflowName: workflow.name,
            version: workflow.version, status: .queued, trigger: "manual", createdAt: moment)
        return try await runs.accept(NewRun(record: record, trigger: trigger, deliveryKey: key))
    }

    /// Lets a worker show life and take runs on.
    func lease(_ worker: String, limit: Int = 10, at moment: Timestamp = start) async throws -> [LeasedRun] {
        try await journal.register(worker: worker, at: moment)
        return try await journal.lease(limit: limit, worker: worker, at: moment, abandonedBefore: moment + -15_000)
    }
}

func withStores(_ body: (Stores) async throws -> Void) async throws {
    let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    try await withDatabase { target in
        try await Migrator(folder: "/\(here)/migrations", log: .quiet).migrate(target)
        let stores = Stores(target)
        try await body(stores)
        await stores.journal.close()
        for pool in [stores.api, stores.engine, stores.identity, stores.pool] { await pool.close() }
    }
}

/// An entry after those that are there.
func entry(_ sequence: Int, _ kind: JournalEntry.Kind, _ node: String = "", data: JSON = .null) -> JournalEntry {
    JournalEntry(
        sequence: sequence, at: Stores.at(Int64(sequence)), kind: kind, node: node, attempt: node.isEmpty ? 0 : 1,
        data: data)
}
