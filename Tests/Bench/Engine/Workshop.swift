import Glibc
import Logging
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage

/// A cluster of its own on disk, with fsync and synchronous commits, and an engine that works on it.
struct Workshop: Sendable {
    let target: PostgresTarget
    let pool: PostgresPool
    /// As requests are served, and as runs are carried out.
    let api: PostgresPool
    private let engine: PostgresPool
    let workflows: PostgresWorkflowStore
    let runs: PostgresRunStore
    let journal: CountingJournal
    let signals = RunSignals()
    let clock = SystemTime()

    /// Those of this checkout.
    static let migrations = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/migrations"

    static var silent: Logger { Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() } }

    /// Ends with an error that tells what the runs wait for when `body` takes longer than `limit`.
    static func open(
        for limit: Duration, _ body: @escaping @Sendable (Workshop) async throws -> Void
    ) async throws {
        var template = Array("/tmp/patchbay-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no folder can be made in /tmp") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(folder, 0o755)
        let cluster = try await EmbeddedCluster.start(in: folder, log: silent)
        do {
            try await Migrator(folder: migrations, log: silent).migrate(cluster.target)
            let workshop = Workshop(cluster.target)
            try await workshop.within(limit) { try await body(workshop) }
            for pool in [workshop.pool, workshop.api, workshop.engine] { await pool.close() }
        } catch {
            await cluster.stop()
            Program.run("rm", ["-rf", folder])
            throw error
        }
        await cluster.stop()
        Program.run("rm", ["-rf", folder])
    }

    private func within(_ limit: Duration, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw BenchError("it was not done after \(limit.components.seconds) s; \(await queue())")
            }
            try await group.next()
        }
    }

    /// What stands in the queue, for people who look for what hangs.
    private func queue() async -> String {
        let rows = try? await pool.query(
            """
            select coalesce(string_agg(format('%s %s%s', runs, state, held), ', '), 'no runs') as text
            from (select state, case when worker is null then '' else ' in hand' end as held, count(*) as runs
                from run_queue group by 1, 2) q
            """)
        return "in the queue: " + ((try? rows?.one().text("text")) ?? "unknown, the database does not answer")
    }

    private init(_ target: PostgresTarget) {
        self.target = target
        let limits = PostgresPool.Limits(size: 16, patience: .seconds(60))
        pool = PostgresPool(target, limits: limits, log: Self.silent)
        api = PostgresPool(target.as(.api), limits: limits, log: Self.silent)
        engine = PostgresPool(target.as(.engine), limits: limits, log: Self.silent)
        workflows = PostgresWorkflowStore(api)
        let journal = PostgresJournal(engine, log: Self.silent)
        runs = PostgresRunStore(api, journal: journal)
        self.journal = CountingJournal(journal)
    }

    var starter: RunStarter { RunStarter(runs: runs, signals: signals, clock: clock) }

    func worker(_ options: WorkerOptions = WorkerOptions()) -> Worker {
        Worker(
            id: "bench-\(RunID.new(at: clock.now))", journal: journal, invoker: NoOperation(),
            planner: Planner(catalogue: NoCatalogue()), signals: signals, options: options, logger: Self.silent)
    }

    /// Works while `body` goes on.
    func working(_ options: WorkerOptions = WorkerOptions(), while body: () async throws -> Void) async throws {
        let worker = worker(options)
        let task = Task { await worker.run() }
        do { try await body() } catch {
            task.cancel()
            throw error
        }
        task.cancel()
        await task.value
    }

    /// Saves a chain of `steps` actions that do nothing behind a manual trigger.
    func chain(_ steps: Int) async throws -> WorkflowRecord {
        let names = (1...steps).map { "step_\($0)" }
        let nodes: [JSON] =
            [["id": "start", "type": "manual"]]
            + names.map { ["id": .string($0), "type": "action", "uses": "noop@1.0.0/do_nothing", "input": ["n": 1]] }
        let edges: [JSON] = zip(["start"] + names, names).map { ["source": .string($0), "target": .string($1)] }
        return try await save(["name": "chain", "nodes": .array(nodes), "edges": .array(edges)])
    }

    func save(_ document: JSON) async throws -> WorkflowRecord {
        let planning = Planner(catalogue: NoCatalogue()).plan(document)
        precondition(planning.problems.isEmpty, "\(planning.problems)")
        let now = clock.now
        let record = WorkflowRecord(
            id: .new(at: now), tenant: .initial, name: "chain", about: "", status: .active, version: 1, createdAt: now,
            updatedAt: now)
        try await workflows.create(record, document: planning.document, webhooks: [])
        return record
    }
}

/// An action that ends as soon as it begins.
struct NoOperation: OperationInvoker {
    func invoke(_ call: OperationCall) async throws -> OperationResult { OperationResult(output: call.input) }
}

struct NoCatalogue: ConnectorCatalogue {
    var connectors: [String] { ["noop"] }
    func versions(of connector: String) -> [Version] { [Version(major: 1, minor: 0, patch: 0)] }
    func operations(of connector: String, version: Version) -> [String] { ["do_nothing"] }
    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        .success(
            OperationDeclaration(
                reference: reference, title: "Do nothing", effect: .read, isIdempotent: true,
                inputSchema: ["type": "object"], outputSchema: ["type": "object"], credential: nil, timeout: 30_000))
    }
}
