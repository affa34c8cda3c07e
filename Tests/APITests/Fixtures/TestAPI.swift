import APIContract
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PatchbayAPI
import PatchbayCore
import PatchbayEngine
import PatchbayExpressions
import PatchbayJSON
import PatchbaySecurity
import TaskFixture
import Testing
import VaultFixture

/// The whole API over stores in memory.
struct TestAPI {
    static let key = "pk_test_0123456789"

    /// Given as an operator gives it, so no file is looked at.
    private static let adminKey = try? AdminKey.load(environment: [AdminKey.variable: key], orCreateAt: "")

    private static let sealing = SealingKey()

    let clock: SteppingClock
    let identity = MemoryIdentity()
    let mail = MemoryMail()
    let audit = MemoryAudit()
    var canSendMail = false
    var providers: [OpenIDProvider] = []
    let workflows = MemoryWorkflows()
    let runs: MemoryRuns
    let tasks: MemoryTasks
    let events: MemoryEvents
    let deliveries: MemoryDeliveries
    let pump: DeliveryPump
    let settings = MemorySettings()
    let connectors: MemoryConnectors
    let submissions: MemoryPackageSubmissions
    let schedules = MemorySchedules()
    let polls = MemoryPolls()
    let alerts = MemoryAlerts()
    let templates: MemoryTemplates
    let reviews: MemoryReviews
    let statistics = MemoryStatistics()
    let views: ViewTally
    let subscriptions = MemorySubscriptions()
    let indexes = MemoryIndexes()
    let queue: MemoryQueue
    let slack = StubSlack()
    let notices = MemoryNotices()
    let vault: CredentialVault
    let provider = StubProvider()
    private let authorizations = MemoryAuthorizations()
    let signals = RunSignals()
    let log = LogRecorder()
    var limits = APILimits()
    let rates = MemoryRates()
    var rateLimits = RateLimits.none
    var origins = AllowedOrigins.none
    var connections = ConnectionLimits()
    var isReady = true
    var publicURL: String?
    var tenantsInstallConnectors = false

    /// - Parameter clock: For what has to do with others, whose clocks are real.
    init(clock: SteppingClock = SteppingClock()) {
        self.clock = clock
        let connectors = MemoryConnectors()
        self.connectors = connectors
        submissions = MemoryPackageSubmissions(connectors)
        let runs = MemoryRuns(workflows: workflows, audit: audit)
        self.runs = runs
        tasks = MemoryTasks(runs)
        events = MemoryEvents(runs)
        deliveries = MemoryDeliveries(workflows: workflows)
        templates = MemoryTemplates(workflows: workflows)
        reviews = MemoryReviews(templates: templates)
        views = ViewTally(store: statistics, clock: clock, log: log.logger())
        pump = DeliveryPump(
            store: deliveries, starter: RunStarter(runs: runs, signals: signals, clock: clock), runs: runs,
            workflows: workflows, logger: log.logger())
        queue = MemoryQueue(workflows: workflows)
        let credentials = MemoryCredentialStore()
        vault = CredentialVault(
            store: credentials, keys: TenantKeys(store: credentials, ring: KeyRing(SealingKey()), clock: clock),
            clock: clock)
    }

    private var starter: RunStarter { RunStarter(runs: runs, signals: signals, clock: clock) }

    private var relations: RunRelations {
        RunRelations(
            runs: runs, workflows: workflows, messages: runs, starter: starter, signals: signals, clock: clock,
            tasks: TaskDesk(store: tasks, members: identity, signals: signals, clock: clock), events: events)
    }

    var dependencies: APIDependencies {
        APIDependencies(
            key: Self.adminKey!,
            identity: IdentityParts(
                accounts: identity, members: identity,
                hashing: PasswordHashing(cost: .init(logN: 4, blockSize: 8, parallelism: 1)), key: Self.sealing,
                mail: canSendMail ? mail : nil, providers: providers),
            tenants: MemoryTenants(identity), exporter: MemoryTenants(identity), audit: audit, trail: audit,
            workflows: workflows, webhooks: workflows, deliveries: deliveries, pump: pump, runs: runs, tasks: tasks,
            vault: vault,
            consent: OAuthConsent(
                vault: vault, store: authorizations, exchange: provider, key: Self.sealing, clock: clock),
            secrets: AuditedCredentials(vault, log: audit, clock: clock),
            connectors: StubInventory(installed: connectors), settings: settings, packages: connectors,
            installer: connectors, submissions: submissions, examiner: submissions,
            tenantsInstallConnectors: tenantsInstallConnectors,
            changes: { ["old": $0["version"] ?? .null, "new": $1["version"] ?? .null] }, queue: queue, gates: queue,
            planner: Planner(catalogue: StubInventory(installed: connectors)),
            starter: starter, relations: relations, signals: signals, clock: clock,
            surroundings: { Surroundings(now: Instant(clock.now)) }, isReady: { [isReady] in isReady },
            publicURL: publicURL, version: "1.2.3", limits: limits, schedules: schedules,
            zones: FixedTimeZones(), polls: polls, alerts: alerts, templates: templates, installations: templates,
            reviews: reviews, publishers: templates,
            statistics: statistics, views: views,
            rates: rates, rateLimits: rateLimits, origins: origins, connections: connections, web: slack,
            notices: notices, invoker: TrialInvoker(vault: vault), subscriptions: subscriptions, indexes: indexes,
            indexed: indexes)
    }

    /// Sends requests straight to the routes.
    func test<Value: Sendable>(_ body: @Sendable @escaping (TestClient) async throws -> Value) async throws -> Value {
        try await run(.router, body)
    }

    /// The same, while a worker carries runs out.
    func testWithWorker<Value: Sendable>(
        _ body: @Sendable @escaping (TestClient) async throws -> Value
    ) async throws -> Value {
        let worker = Worker(
            id: "test", journal: runs, invoker: EchoInvoker(clock: clock),
            planner: Planner(catalogue: StubInventory()), signals: signals, relations: relations, clock: clock,
            logger: log.logger())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            defer { group.cancelAll() }
            return try await run(.router, body)
        }
    }

    /// Sends requests over a socket.
    func testLive<Value: Sendable>(
        _ body: @Sendable @escaping (TestClient) async throws -> Value
    ) async throws -> Value {
        try await run(.live, body)
    }

    private func run<Value: Sendable>(
        _ setup: TestingSetup, _ body: @Sendable @escaping (TestClient) async throws -> Value
    ) async throws -> Value {
        let application = makeApplication(
            dependencies, at: APIAddress(host: "localhost", port: 0), logger: log.logger())
        return try await application.test(setup) {
            try await body(TestClient(client: $0, settle: { [pump] in await pump.settled() }))
        }
    }
}

/// Speaks JSON with the API.
struct TestClient: Sendable {
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPFields
        var bytes: [UInt8]

        /// Null when the body is no JSON.
        var json: JSON { (try? JSON(parsing: bytes)) ?? .null }
        /// The error's code, when this is one.
        var code: String? { json["error"]?["code"]?.string }
        /// Codes of the problems that the error lists.
        var problems: [String] {
            (json["error"]?["details"]?["problems"]?.array ?? []).compactMap { $0["code"]?.string }
        }
    }

    static let contract = APIContract(OpenAPIDocument(version: "1.2.3", server: nil).json)

    let client: any TestClientProtocol
    /// Returns when the runs of deliveries are started.
    var settle: @Sendable () async -> Void = {}

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, headers: headers)
    }

    func post(_ path: String, _ body: JSON? = nil, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.post, path, body, headers: headers)
    }

    func put(_ path: String, _ body: JSON? = nil, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.put, path, body, headers: headers)
    }

    func delete(_ path: String) async throws -> Answer { try await send(.delete, path) }

    /// A request with the right key and a JSON body.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if headers[.authorization] == nil { headers[.authorization] = "Bearer \(TestAPI.key)" }
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await raw(method, path, headers: headers, body: body?.bytes())
    }

    /// The run that an answer accepted, once it has ended.
    func finished(_ accepted: Answer) async throws -> Answer {
        try await finished(at: accepted.headers[.location] ?? "")
    }

    func finished(at path: String) async throws -> Answer {
        while true {
            let answer = try await get(path)
            let status = answer.json["status"]?.string.flatMap { RunStatus(rawValue: $0) }
            guard answer.status == 200, status?.isTerminal == false else { return answer }
            // Leaves the machine to those who carry the run out, and ends with a test that is given up.
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// A request as it is given.
    func raw(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: [UInt8]? = nil
    ) async throws -> Answer {
        let response = try await client.executeRequest(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) })
        if path.hasPrefix("/webhook/") { await settle() }
        let answer = Answer(
            status: response.status.code, headers: response.headers, bytes: Array(buffer: response.body))
        // Whatever a test is about: what the document does not say is never answered.
        for violation in Self.contract.violations(
            method.rawValue, path, status: answer.status, type: answer.headers[.contentType], body: answer.bytes)
        {
            Issue.record("\(method.rawValue) \(path): \(violation)")
        }
        return answer
    }
}
