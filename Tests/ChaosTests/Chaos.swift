import DatabaseFixture
import FoundationEssentials
import Glibc
import HostFixture
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayOutbound
import PatchbayPostgres
import PatchbayStorage
import Synchronization
import Testing

/// One round: an API process, three workers, a database, a receiver, and everything that can be done to them.
final class Chaos: Sendable {
    /// A run that somebody was told of.
    private struct Accepted: Sendable {
        var number: Int64
        var story: Int
    }

    private static let workers = 3
    private static let clients = 8
    /// Times between strikes.
    private static let killing = Duration.milliseconds(500)
    private static let cutting = Duration.milliseconds(150)
    /// One restart of the database each time so many runs have ended, until all have.
    private static let runsPerRestart = 650

    let runs: Int
    /// How long runs that do not end are waited for.
    let patience: Duration
    private let stories: [Story]
    private let receiver: EffectReceiver
    private let server: DatabaseServer
    private let host: RunningHost
    private let fleet: Fleet
    private let pool: PostgresPool
    private let accepted = Mutex<[String: Accepted]>([:])

    private init(
        runs: Int, patience: Duration, stories: [Story], receiver: EffectReceiver, server: DatabaseServer,
        host: RunningHost, fleet: Fleet
    ) {
        (self.runs, self.patience, self.stories) = (runs, patience, stories)
        (self.receiver, self.server, self.host, self.fleet) = (receiver, server, host, fleet)
        pool = PostgresPool(server.target, log: .quiet)
    }

    static func run(_ runs: Int, patience: Duration) async throws {
        let receiver = EffectReceiver()
        try await receiver.listen { url in
            let installation = try await Installation(["http"])
            let server = try await DatabaseServer()
            let settings = ["DATABASE_URL": server.address, "LOG_LEVEL": "notice"]
            let fleet = Fleet(installation, settings: settings)
            do {
                let program = try ChildProgram(
                    installation.build + "/patchbay", ["serve", "--roles", "api"],
                    environment: installation.environment.merging(settings) { $1 }, folder: installation.folder)
                let host = try await RunningHost(program, keyFile: installation.folder + "/data/admin-key")
                let chaos = Chaos(
                    runs: runs, patience: patience, stories: Story.all(telling: url), receiver: receiver,
                    server: server, host: host, fleet: fleet)
                try await chaos.run()
                await fleet.stop()
                #expect(await host.stop() == 0)
                try await chaos.check()
                await chaos.pool.close()
            } catch {
                await fleet.stop()
                await server.stop()
                throw error
            }
            await server.stop()
        }
    }

    // MARK: The round

    private func run() async throws {
        let workflows = try await save()
        for _ in 0..<Self.workers { try fleet.add() }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { try await self.killWorkers() }
            group.addTask { try await self.cutConnections() }
            group.addTask { try await self.restartServer() }
            group.addTask {
                try await self.start(workflows)
                return try await self.awaitEnds()
            }
            defer { group.cancelAll() }
            while let isOver = try await group.next() { if isOver { return } }
        }
    }

    private func save() async throws -> [String] {
        var workflows: [String] = []
        for story in stories {
            let answer = try await host.send("POST", "/api/v1/workflows", story.document)
            guard answer.status == 201, let id = answer.body["id"]?.string else {
                throw SystemTestError("\(story.name) was refused: \(answer.text)")
            }
            workflows.append(id)
        }
        return workflows
    }

    private func start(_ workflows: [String]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<Self.clients {
                group.addTask {
                    for number in stride(from: client, to: self.runs, by: Self.clients) {
                        try await self.start(number, workflows[number % workflows.count])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Asks until there is an answer; the key makes one run of it.
    private func start(_ number: Int, _ workflow: String) async throws {
        let story = number % stories.count
        let key = HTTPField(name: "Idempotency-Key", value: "chaos-\(number)")
        let body: JSON = ["workflow_id": .string(workflow), "input": ["n": .int(Int64(number))]]
        let answer = try await insist("POST", "/api/v1/runs", body, headers: [key]) { $0 == 202 }
        guard let run = answer["run_id"]?.string else { throw SystemTestError("no run: \(answer.text)") }
        accepted.withLock { $0[run] = Accepted(number: Int64(number), story: story) }
        guard stories[story].isCancelled else { return }
        _ = try await insist("POST", "/api/v1/runs/\(run)/cancel", nil) { $0 == 202 || $0 == 409 }
    }

    private func insist(
        _ method: String, _ path: String, _ body: JSON?, headers: [HTTPField] = [], until isGood: (Int) -> Bool
    ) async throws -> JSON {
        while true {
            let answer = try? await host.send(method, path, body, headers: headers)
            if let answer, isGood(answer.status) { return answer.body }
            if let answer, answer.status < 500 { throw SystemTestError("\(method) \(path): \(answer.text)") }
            guard kill(host.program.pid, 0) == 0 else { throw SystemTestError("the API died: \(host.program.errors)") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func awaitEnds() async throws -> Bool {
        var last = -1
        var deadline = ContinuousClock.now + patience
        while true {
            let ended = await ended()
            if ended >= runs { return true }
            if ended > last { (last, deadline) = (ended, .now + patience) }
            guard ContinuousClock.now < deadline else {
                throw SystemTestError(
                    "\(ended) of \(runs) runs have ended, and no more do; \(await queue()); the workers' last words: "
                        + fleet.lastWords)
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// How many runs have ended; -1 while the database does not say.
    private func ended() async -> Int {
        let rows = try? await pool.query(
            "select count(*) as ended from runs where status in ('completed', 'failed', 'cancelled')")
        return (try? rows?.one().int("ended")).map(Int.init) ?? -1
    }

    private func queue() async -> String {
        let rows = try? await pool.query(
            """
            select coalesce(string_agg(format('%s %s of %s held by %s', runs, state, name, worker), ', '), 'nothing') as text
            from (select q.state, r.workflow_name as name, coalesce(q.worker, 'nobody') as worker, count(*) as runs
                from run_queue q join runs r using (tenant_id, run_id) group by 1, 2, 3) q
            """)
        return "in the queue: " + ((try? rows?.one().text("text")) ?? "unknown")
    }

    // MARK: The strikes

    private func killWorkers() async throws -> Bool {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.killing)
            guard !Task.isCancelled else { break }
            try await fleet.replaceEnded()
            try await fleet.killOne()
        }
        return false
    }

    /// Ends connections that are in a transaction, of whomever they are.
    private func cutConnections() async throws -> Bool {
        while !Task.isCancelled {
            _ = try? await pool.query(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where backend_type = 'client backend' and pid <> pg_backend_pid() and xact_start is not null limit 2
                """)
            try? await Task.sleep(for: Self.cutting)
        }
        return false
    }

    /// By turns without and with a proper end.
    private func restartServer() async throws -> Bool {
        var restarts = 0
        while !Task.isCancelled {
            if await ended() >= (restarts + 1) * Self.runsPerRestart {
                try await server.restart(hard: restarts.isMultiple(of: 2))
                restarts += 1
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    // MARK: The end

    private func check() async throws {
        let accepted = accepted.withLock { $0 }
        #expect(accepted.count == runs)
        #expect(fleet.strangeEnds == [])
        #expect(fleet.kills > 0)
        let received = receiver.received
        #expect(received.strange == 0)
        var problems = problems(of: received)
        let effects = received.byKey.values.flatMap(\.keys).reduce(into: [String: Set<String>]()) {
            $0[$1.run, default: []].insert($1.what)
        }
        for run in effects.keys where accepted[run] == nil {
            problems.append("\(run) has effects and was not accepted")
        }
        let (store, workflows) = (
            PostgresRunStore(pool, journal: PostgresJournal(pool, log: .quiet)), PostgresWorkflowStore(pool)
        )
        var plans: [WorkflowID: Plan] = [:]
        for (id, start) in accepted {
            guard let id = RunID(id), let record = try await store.run(id, in: .initial) else {
                problems.append("\(id) was accepted and is lost")
                continue
            }
            if plans[record.workflow] == nil {
                let version = try await workflows.version(1, of: record.workflow, in: .initial)
                let planning = Planner(catalogue: RequestCatalogue()).plan(version?.document ?? .null)
                plans[record.workflow] = planning.plan
                if planning.plan == nil { problems.append("\(record.workflowName): \(planning.problems)") }
            }
            guard let plan = plans[record.workflow] else { continue }
            var check = JournalCheck(record, plan, try await store.entries(of: id, in: .initial))
            check.run()
            check.check(stories[start.story], start.number, effects: effects[id.description] ?? [])
            problems += check.problems
        }
        let left = try await pool.query("select count(*) as left, (select count(*) from runs) as runs from run_queue")
            .one()
        #expect(try left.int("left") == 0)
        #expect(try left.int("runs") == Int64(runs))
        let repeated = received.byKey.values.reduce(0) { $0 + $1.values.reduce(-1, +) }
        print("\(runs) runs, \(fleet.kills) workers killed, \(received.byKey.count) effects, \(repeated) repeated")
        #expect(problems.isEmpty, "\(problems.count) problems: \(problems.prefix(15).joined(separator: "\n"))")
    }

    /// A key stands for one effect, and an effect has one key.
    private func problems(of received: EffectReceiver.Record) -> [String] {
        var problems: [String] = []
        var keys: [EffectReceiver.Effect: String] = [:]
        for (key, effects) in received.byKey {
            if effects.count != 1 { problems.append("the key \(key) came with \(effects.keys)") }
            for effect in effects.keys {
                if let other = keys.updateValue(key, forKey: effect) {
                    problems.append("\(effect) came under \(key) and \(other)")
                }
            }
        }
        return problems
    }
}
