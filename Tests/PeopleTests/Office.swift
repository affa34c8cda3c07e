import DatabaseFixture
import FoundationEssentials
import Logging
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayOutbound
import PatchbayPostgres
import PatchbaySecurity
import PatchbayStorage
import ServerFixture
import Testing

/// Everything runs against a real PostgreSQL and a real mail server; each test has a fresh, migrated database.
@Suite(.database, .timeLimit(.minutes(5)))
struct PeopleSuites {}

/// An installation whose clock the test moves, and the letters that it sends.
struct Office {
    let clock = MovedClock()
    let api: PostgresPool
    let engine: PostgresPool
    let identity: PostgresPool
    let journal: PostgresJournal
    let workflows: PostgresWorkflowStore
    let runs: PostgresRunStore
    let tasks: PostgresTaskStore
    let desk: TaskDesk
    let key = SealingKey()
    let credentials: GivenCredentials
    let web: TenantClient
    private let signals: RunSignals
    private let relations: RunRelations
    private let notices: NoticeDesk
    private let starter: RunStarter
    private let mailServer: ServerProcess
    private let file: String
    private let receiver: ServerProcess
    /// Where other servers than that for mail are reached.
    let receiverURL: String

    init(_ target: PostgresTarget) throws {
        let limits = PostgresPool.Limits(size: 4, patience: .seconds(60))
        api = PostgresPool(target.as(.api), limits: limits, log: .quiet)
        engine = PostgresPool(target.as(.engine), limits: limits, log: .quiet)
        identity = PostgresPool(target.as(.identity), limits: limits, log: .quiet)
        journal = PostgresJournal(engine, log: .quiet)
        workflows = PostgresWorkflowStore(api)
        runs = PostgresRunStore(engine, journal: journal)
        tasks = PostgresTaskStore(engine)
        signals = RunSignals(clock: clock)
        let members = PostgresMembershipStore(api, joining: identity)
        desk = TaskDesk(store: tasks, members: members, signals: signals, clock: clock)
        starter = RunStarter(runs: runs, signals: signals, clock: clock)
        relations = RunRelations(
            runs: runs, workflows: PostgresWorkflowStore(engine), messages: PostgresRunMessages(engine),
            starter: starter, signals: signals, clock: clock, tasks: desk, events: PostgresEventStore(engine))
        mailServer = try ServerProcess(script: "letters.py")
        file = mailServer.ready["file"]?.string ?? ""
        let server = try MailServer(
            url: "smtp://127.0.0.1:\(mailServer.ready["port"]?.int ?? 0)?tls=off", sender: "patchbay@example.com")
        let mailer = SMTPMailer(server, authorities: nil, clock: clock, log: .quiet)
        receiver = try ServerProcess(script: "receivers.py")
        receiverURL = "http://127.0.0.1:\(receiver.ready["port"]?.int ?? 0)"
        credentials = GivenCredentials(slackURL: receiverURL + "/api")
        web = TenantClient(
            try OutboundClient(policy: try EgressPolicy(parsing: "127.0.0.0/8")),
            egress: PostgresTenantEgressStore(engine))
        let links = TaskLinks(key: key, publicURL: "https://flows.example.com")
        notices = NoticeDesk(
            store: PostgresNoticeStore(engine),
            senders: [
                .mail: NoticeMail(mail: mailer, tasks: tasks, links: links),
                .slack: NoticeSlack(
                    web: web, credentials: credentials,
                    tasks: SlackTasks(tasks: tasks, posts: PostgresSlackPostStore(engine), links: links)),
                .webhook: NoticeWebhook(web: web, credentials: credentials, clock: clock),
            ], clock: clock, logger: .quiet)
    }

    /// A host with all its roles is up while `body` goes on.
    func withHost(_ body: () async throws -> Void) async throws {
        let worker = Worker(
            id: "host-\(UInt64.random(in: 0 ... .max))", journal: journal, invoker: NothingToCall(),
            planner: Planner(catalogue: NoConnectors()), signals: signals, relations: relations, clock: clock,
            logger: .quiet)
        let (desk, notices) = (desk, notices)
        let triggers = triggers
        let alerts = alerts
        let scheduler = RunScheduler(
            queue: PostgresRunQueue(engine), signals: signals, clock: clock,
            upkeep: [
                RunScheduler.Upkeep("tasks", every: 100) { try await desk.look(at: $0) },
                RunScheduler.Upkeep("notices", every: 100) { _ in try await notices.deliver() },
                RunScheduler.Upkeep("alerts", every: 100) { try await alerts.look(at: $0) },
                RunScheduler.Upkeep("failures", every: 100) { _ in try await triggers.look() },
            ], logger: .quiet)
        let tasks = [Task { await worker.run() }, Task { await scheduler.run() }]
        var failure: (any Error)?
        do { try await body() } catch { failure = error }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        if let failure { throw failure }
    }

    var triggers: ErrorTriggers {
        ErrorTriggers(store: PostgresRunWatchStore(engine), runs: runs, starter: starter, logger: .quiet)
    }

    var alerts: AlertWatch { AlertWatch(PostgresDueAlerts(engine), logger: .quiet) }

    func save(_ document: JSON) async throws -> WorkflowRecord {
        let now = clock.now
        let record = WorkflowRecord(
            id: .new(at: now), tenant: .initial, name: document["name"]?.string ?? "w", about: "", status: .active,
            version: 1, createdAt: now, updatedAt: now)
        try await workflows.create(record, document: document, webhooks: [])
        return record
    }

    func start(_ workflow: WorkflowRecord, _ input: JSON) async throws -> RunID {
        try await starter.start(workflow, input: input).record.id
    }

    // MARK: What comes of it

    struct Letter: Equatable {
        var to: String
        var subject: String
        var text: String

        /// What the link of an option carries.
        func token(for option: String) -> String? {
            let line = text.split(separator: "\n").first { $0.contains("decision=\(option)") }
            return line?.split(separator: "token=").last?.split(separator: "&").first.map(String.init)
        }
    }

    var letters: [Letter] {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            guard let json = try? JSON(parsing: Array(line.utf8)) else { return nil }
            // A letter's lines end in two characters, which Swift takes for one.
            let body = (json["text"]?.string ?? "").unicodeScalars.filter { $0 != "\r" }
            return Letter(
                to: json["to"]?.string ?? "", subject: json["subject"]?.string ?? "",
                text: String(String.UnicodeScalarView(body)))
        }
    }

    /// A request that came to the other servers.
    struct Received: Equatable {
        var path: String
        var headers: JSON
        var body: String
        var json: JSON
        var answer: JSON
    }

    var requests: [Received] {
        let text = (try? String(contentsOfFile: receiver.ready["file"]?.string ?? "", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            guard let json = try? JSON(parsing: Array(line.utf8)) else { return nil }
            let body = json["body"]?.string ?? ""
            return Received(
                path: json["path"]?.string ?? "", headers: json["headers"] ?? .null, body: body,
                json: (try? JSON(parsing: Array(body.utf8))) ?? .null,
                answer: (try? JSON(parsing: Array((json["answer"]?.string ?? "").utf8))) ?? .null)
        }
    }

    /// Waits until so many requests have come to a path.
    func requests(_ count: Int, to path: String) async throws -> [Received] {
        while true {
            let found = requests.filter { $0.path == path }
            if found.count >= count { return found }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Waits until so many letters have come, by the real clock, and no sender has one in hand: a clock that is moved between
    /// a letter and its record lets the sender's time run out, and another rightly sends it again.
    func letters(_ count: Int) async throws -> [Letter] {
        while true {
            let found = letters
            if found.count >= count, try await !isSending() { return found }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func isSending() async throws -> Bool {
        let inHand = """
            select count(*) as n from notices
            where channel = 'mail' and state = 'pending' and attempts > 0 and error is null
            """
        return try await engine.query(inHand).one().int("n") > 0
    }

    func failuresCounted() async throws -> Int {
        Int(try await engine.query("select count(*) as n from alert_failures").one().int("n"))
    }

    func end(of run: RunID) async throws -> (record: RunRecord, output: JSON) {
        while true {
            if let record = try await runs.run(run, in: .initial), record.status.isTerminal {
                let last = try await runs.entries(of: run, in: .initial).last
                return (record, last?.data["output"] ?? .null)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// What the page behind a link does.
    func decide(_ token: String, _ value: String, _ comment: String = "") async throws {
        let link = try #require(TaskLink(token, under: key, at: clock.now))
        let actor = TaskActor(address: link.person, name: link.person ?? "", way: .mail, origin: "192.0.2.7")
        let choice = TaskChoice(value: value, comment: comment, link: link.nonce)
        let entry = TaskEntry(.decided, at: clock.now, by: actor.json, data: ["value": .string(value)])
        _ = try await desk.act(.decided(by: actor, choice), entry, on: link.task, in: link.tenant)
    }

    func close() async {
        await journal.close()
        for pool in [api, engine, identity] { await pool.close() }
    }
}

func withOffice(_ body: (Office) async throws -> Void) async throws {
    let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    try await withDatabase { target in
        try await Migrator(folder: "/\(here)/migrations", log: .quiet).migrate(target)
        let office = try Office(target)
        try await body(office)
        await office.close()
    }
}

/// A token for the stand-in of Slack, and secrets that sign.
struct GivenCredentials: CredentialSource {
    static let secret = Secret("s3cret-s3cret-s3cret")

    let slackURL: String

    func grant(
        named name: String, in tenant: TenantID, for purpose: CredentialPurpose
    ) async throws -> CredentialGrant? {
        func record(_ kind: CredentialKind, _ connector: String?, _ settings: JSON = [:]) -> CredentialRecord {
            CredentialRecord(
                id: .new(at: SystemTime().now), tenant: tenant, name: name, kind: kind, connector: connector, hosts: [],
                settings: settings, createdAt: SystemTime().now)
        }
        return switch name {
        case "team":
            CredentialGrant(
                record: record(.bearer, "slack", ["base_url": .string(slackURL)]),
                fields: ["token": Secret("xoxb-right")])
        case "SIGN": CredentialGrant(record: record(.secret, nil), fields: ["value": Self.secret])
        default: nil
        }
    }
}

private struct NothingToCall: OperationInvoker {
    func invoke(_ call: OperationCall) async throws -> OperationResult { OperationResult(output: .null) }
}

struct NoConnectors: ConnectorCatalogue {
    var connectors: [String] { [] }

    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        .failure(.unknownConnector)
    }

    func versions(of connector: String) -> [Version] { [] }
    func operations(of connector: String, version: Version) -> [String] { [] }
}
