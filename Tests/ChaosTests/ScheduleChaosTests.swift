import DatabaseFixture
import FoundationEssentials
import Glibc
import HostFixture
import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import Testing

/// Schedules that are due each second, while one of three hosts is killed every five seconds and another takes its place.
///
/// `PATCHBAY_SCHEDULE_SECONDS` says for how long; 20 when it is not set. `make schedules` takes 60.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ScheduleChaosTests {
    private static let workflows = 20
    private static let schedulesOfEach = 10
    private static let hosts = 3

    @Test func `each time of 200 schedules a second starts one run, whatever host dies`() async throws {
        let seconds = ProcessInfo.processInfo.environment["PATCHBAY_SCHEDULE_SECONDS"].flatMap { Int($0) } ?? 20
        let installation = try await Installation([])
        let server = try await DatabaseServer()
        let settings = ["DATABASE_URL": server.address, "LOG_LEVEL": "notice"]
        let fleet = Fleet(installation, settings: settings)
        let program = try ChildProgram(
            installation.build + "/patchbay", ["serve", "--roles", "api"],
            environment: installation.environment.merging(settings) { $1 }, folder: installation.folder)
        do {
            let host = try await RunningHost(program, keyFile: installation.folder + "/data/admin-key")
            for _ in 0..<Self.hosts { try fleet.add() }
            let (first, last) = try await Self.round(host, fleet, seconds: seconds)
            let pool = PostgresPool(server.target, log: .quiet)
            try await Self.awaitEnds(pool)
            try await Self.lookBack(pool, from: first, to: last, kills: fleet.kills.count)
            await pool.close()
            #expect(fleet.strangeEnds == [])
            await fleet.stop()
            #expect(await host.stop() == 0)
        } catch {
            program.signal(SIGKILL)
            await fleet.stop()
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// The times that have to be there, the first and the last.
    private static func round(
        _ host: RunningHost, _ fleet: Fleet, seconds: Int
    ) async throws -> (first: Timestamp, last: Timestamp) {
        var saved: [String] = []
        for number in 0..<workflows {
            let answer = try await host.send("POST", "/api/v1/workflows", document(number))
            saved.append(try #require(answer.body["id"]?.string, "\(answer.text)"))
        }
        let first = SystemTime().now + 1_000
        for second in 1...seconds {
            try await Task.sleep(for: .seconds(1))
            if second % 5 == 0, second < seconds { try await fleet.killOne { _ in [] } }
        }
        let last = SystemTime().now + -1_000
        for id in saved { _ = try await host.send("POST", "/api/v1/workflows/\(id)/pause", [:]) }
        return (first, last)
    }

    private static func document(_ number: Int) -> JSON {
        let triggers = (0..<schedulesOfEach).map { index in
            ["id": .string("s\(index)"), "type": "schedule", "config": ["cron": "* * * * * *"]] as JSON
        }
        let edges = (0..<schedulesOfEach).map { ["source": .string("s\($0)"), "target": "note"] as JSON }
        let note: JSON = ["id": "note", "type": "set", "config": ["values": ["time": "{{ trigger.time }}"]]]
        return [
            "name": .string("seconds \(number)"), "nodes": .array(triggers + [note]), "edges": .array(edges),
        ]
    }

    /// What was started before the pause ends; what had no worker yet stays where it is.
    private static func awaitEnds(_ pool: PostgresPool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let open = try await pool.query("select count(*) as n from run_queue where state <> 'paused'")
            if try open.one().int("n") == 0 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private static func lookBack(
        _ pool: PostgresPool, from first: Timestamp, to last: Timestamp, kills: Int
    ) async throws {
        let row = try await pool.query(
            """
            with fired as (
                select schedule_id, count(*) as n, min(time) as first, max(time) as last,
                    count(*) filter (where outcome <> 'started' or run_id is null) as others
                from schedule_firings group by 1
            )
            select count(*) as schedules, sum(n)::bigint as firings, sum(others)::bigint as others,
                count(*) filter (where n <> 1 + extract(epoch from last - first)) as with_gaps,
                count(*) filter (where first > timestamptz 'epoch' + $1 * interval '1 ms') as begun_late,
                count(*) filter (where last < timestamptz 'epoch' + $2 * interval '1 ms') as ended_early
            from fired
            """, [.int(first.milliseconds), .int(last.milliseconds)]
        ).one()
        let firings = try row.int("firings")
        #expect(try row.int("schedules") == Int64(workflows * schedulesOfEach))
        #expect(try row.int("others") == 0)
        #expect(try row.int("with_gaps") == 0)
        #expect(try row.int("begun_late") == 0)
        #expect(try row.int("ended_early") == 0)
        let runs = try await pool.query(
            """
            select count(*) as n, count(distinct delivery_key) as keys,
                count(*) filter (where f.run_id is not null) as noted,
                count(*) filter (where r.status = 'failed') as failed
            from runs r left join schedule_firings f on f.tenant_id = r.tenant_id and f.run_id = r.run_id
            """
        ).one()
        #expect(try runs.int("n") == firings)
        #expect(try runs.int("keys") == firings)
        #expect(try runs.int("noted") == firings)
        #expect(try runs.int("failed") == 0)
        let late = try await pool.query(
            """
            select
                percentile_disc(0.5) within group (order by ms)::bigint as p50,
                percentile_disc(0.95) within group (order by ms)::bigint as p95,
                percentile_disc(0.99) within group (order by ms)::bigint as p99, max(ms)::bigint as most
            from (select extract(epoch from at - time) * 1000 as ms from schedule_firings) late
            """
        ).one()
        print(
            "schedules: \(firings) times, \(kills) hosts killed; later than their time by p50 \(try late.int("p50")) ms, "
                + "p95 \(try late.int("p95")) ms, p99 \(try late.int("p99")) ms, at most \(try late.int("most")) ms")
    }
}
