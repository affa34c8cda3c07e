import DatabaseFixture
import FoundationEssentials
import Glibc
import HostFixture
import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbayPostgres
import Synchronization
import Testing

/// One round: an API process, workers, a database, a receiver, and everything that can be done to them.
final class Chaos: Sendable {
    private static let clients = 8

    let runs: Int
    let strikes: Strikes
    /// How long runs that do not end are waited for.
    let patience: Duration
    private let stories: [Story]
    private let receiver: EffectReceiver
    private let server: DatabaseServer
    private let host: RunningHost
    private let fleet: Fleet
    private let pool: PostgresPool
    private let accepted = Mutex<[String: Aftermath.Start]>([:])
    /// When the database was away.
    private let outages = Mutex<[ClosedRange<Timestamp>]>([])
    /// The first strike and the last, and how many there were.
    private let killing = Mutex<(first: ContinuousClock.Instant, last: ContinuousClock.Instant, count: Int)?>(nil)

    private init(
        runs: Int, strikes: Strikes, patience: Duration, stories: [Story], receiver: EffectReceiver,
        server: DatabaseServer, host: RunningHost, fleet: Fleet
    ) {
        (self.runs, self.strikes, self.patience, self.stories) = (runs, strikes, patience, stories)
        (self.receiver, self.server, self.host, self.fleet) = (receiver, server, host, fleet)
        pool = PostgresPool(server.target, log: .quiet)
    }

    static func run(_ runs: Int, under strikes: Strikes, patience: Duration) async throws {
        let receiver = EffectReceiver()
        try await receiver.listen { url in
            let installation = try await Installation(["http"])
            let server = try await DatabaseServer()
            let settings = ["DATABASE_URL": server.address, "LOG_LEVEL": "notice"]
            // Each kill hits no more runs than a worker gets through between two of them.
            let fleet = Fleet(installation, settings: settings.merging(["PATCHBAY_RUNS": "32"]) { $1 })
            let program = try ChildProgram(
                installation.build + "/patchbay", ["serve", "--roles", "api"],
                environment: installation.environment.merging(settings) { $1 }, folder: installation.folder)
            do {
                let host = try await RunningHost(program, keyFile: installation.folder + "/data/admin-key")
                let chaos = Chaos(
                    runs: runs, strikes: strikes, patience: patience, stories: Story.all(telling: url),
                    receiver: receiver, server: server, host: host, fleet: fleet)
                try await chaos.run()
                await fleet.stop()
                #expect(await host.stop() == 0)
                try await chaos.lookBack()
                await chaos.pool.close()
            } catch {
                program.signal(SIGKILL)
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
        for _ in 0..<Fleet.size { try fleet.add() }
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
        var ids: [String: String] = [:]
        for story in stories {
            let answer = try await host.send("POST", "/api/v1/workflows", try story.document(after: ids))
            guard answer.status == 201, let id = answer.body["id"]?.string else {
                throw SystemTestError("\(story.name) was refused: \(answer.text)")
            }
            workflows.append(id)
            ids[story.name] = id
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
        accepted.withLock { $0[run] = Aftermath.Start(number: Int64(number), story: story) }
        if stories[story].isCancelled {
            _ = try await insist("POST", "/api/v1/runs/\(run)/cancel", nil) { $0 == 202 || $0 == 409 }
        }
        if let event = stories[story].event {
            // The same event twice: once is enough, and the second changes nothing.
            for _ in 1...2 {
                _ = try await insist(
                    "POST", "/api/v1/runs/\(run)/events",
                    ["name": .string(event), "payload": ["n": .int(Int64(number))], "id": .string("event-\(number)")]
                ) { $0 < 300 || $0 == 409 }
            }
        }
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

    /// How many of the accepted runs have ended; -1 while the database does not say.
    private func ended() async -> Int {
        let rows = try? await pool.query(
            """
            select count(*) as ended from runs
            where status in ('completed', 'failed', 'cancelled') and parent_run_id is null
            """)
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

    private func lookBack() async throws {
        #expect(fleet.strangeEnds == [])
        let (kills, outages) = (fleet.kills, outages.withLock { $0 })
        #expect(!kills.isEmpty)
        if strikes.runsPerRestart != nil { #expect(outages.count >= min(2, runs / 1_000)) }
        print(
            "\(runs) runs, \(kills.count) workers killed (\(rhythm); \(fleet.missed) times there were too few), "
                + "\(outages.count) restarts of the database")
        let accepted = accepted.withLock { $0 }
        #expect(accepted.count == runs)
        var aftermath = Aftermath(
            stories: stories, received: receiver.received, pool: pool,
            recovery: Recovery(after: kills, outages: outages))
        try await aftermath.look(at: accepted)
        let problems = aftermath.problems
        #expect(problems.isEmpty, "\(problems.count) problems: \(problems.prefix(15).joined(separator: "\n"))")
    }

    // MARK: The strikes

    private func killWorkers() async throws -> Bool {
        var next = ContinuousClock.now
        while !Task.isCancelled {
            next = max(next + strikes.killing, .now)
            try? await Task.sleep(until: next)
            guard !Task.isCancelled else { break }
            try await fleet.replaceEnded()
            try await fleet.killOne(inHand)
            killing.withLock { $0 = ($0?.first ?? next, next, ($0?.count ?? 0) + 1) }
        }
        return false
    }

    /// The time between two strikes.
    private var rhythm: String {
        guard let killing = killing.withLock({ $0 }), killing.count > 1 else { return "once" }
        let span = killing.first.duration(to: killing.last) / (killing.count - 1)
        return "one each \(span.components.seconds * 1_000 + span.components.attoseconds / 1_000_000_000_000_000) ms"
    }

    /// The runs that a worker has in hand, under whichever of its names.
    private func inHand(_ worker: String) async -> [RunID] {
        let rows = try? await pool.query(
            "select run_id::text as run from run_queue where worker = $1 or starts_with(worker, $1 || '/')",
            [.text(worker)])
        return (rows.map { Array($0) } ?? []).compactMap { row in (try? row.text("run")).flatMap(RunID.init(uuid:)) }
    }

    /// Ends connections that are in a transaction, of whomever they are.
    private func cutConnections() async throws -> Bool {
        guard let cutting = strikes.cutting else { return false }
        while !Task.isCancelled {
            _ = try? await pool.query(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where backend_type = 'client backend' and pid <> pg_backend_pid() and xact_start is not null limit 2
                """)
            try? await Task.sleep(for: cutting)
        }
        return false
    }

    /// By turns without and with a proper end.
    private func restartServer() async throws -> Bool {
        guard let runsPerRestart = strikes.runsPerRestart else { return false }
        while !Task.isCancelled {
            let count = outages.withLock { $0.count }
            if await ended() >= (count + 1) * runsPerRestart {
                let begin = SystemTime().now
                try await server.restart(hard: count.isMultiple(of: 2))
                // Everybody connects again first.
                outages.withLock { $0.append(begin...(SystemTime().now + 1_000)) }
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
        return false
    }
}
