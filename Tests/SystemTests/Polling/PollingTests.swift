import DatabaseFixture
import HostFixture
import PatchbayJSON
import PatchbayPostgres
import Testing

/// Polling triggers of hosts that share a database.
@Suite(.serialized, .database, .timeLimit(.minutes(5))) struct PollingTests {
    @Test func `a host that is killed between starting runs and storing its cursor loses and doubles nothing`()
        async throws
    {
        let news = NewsStand()
        try await news.listen { address in
            try await PollingHosts.with { hosts in
                let first = try await hosts.start("one")
                news.publish(1...3, in: "a")
                _ = try await PollingHosts.workflow(["a"], at: address, on: first)
                try await hosts.until("the first poll") {
                    try await PollingHosts.polls(on: first).first?["status"] == "active"
                }
                // What was there before starts nothing.
                #expect(try await hosts.number("select count(*) as n from runs") == 0)

                news.publish(4...8, in: "a")
                news.hold()
                let asked = news.asked(for: "a")
                try await PollingHosts.hurry(on: first)
                try await hosts.until("the second poll") { news.asked(for: "a") > asked }
                let second = try await hosts.start("two")
                try await PollingHosts.hurry(on: second)
                // The host that polls has the trigger, and cannot store what it found.
                let holder = try await hosts.connection()
                _ = try await holder.query("begin")
                _ = try await holder.query("select poll_id from polls for update")
                news.release()
                try await hosts.until("the runs") { try await hosts.number("select count(*) as n from runs") == 5 }
                await hosts.kill(first)
                // The server would do what is waiting there although nobody hears of it any more.
                _ = try await holder.query(
                    """
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()
                    """)
                _ = try await holder.query("rollback")
                await holder.close()
                #expect(news.asked(for: "a") == asked + 1)
                #expect(try await hosts.number("select count(*) as n from polls where claim is not null") == 1)
                #expect(try await PollingHosts.polls(on: second).first?["items"] == 0)

                // As if the time of the host that died were over.
                _ = try await hosts.number(
                    "with moved as (update polls set next_at = now() returning 1) select count(*) as n from moved")
                try await hosts.until("the other host's poll") {
                    try await PollingHosts.polls(on: second).first?["items"] == 5
                }
                #expect(news.asked(for: "a") >= asked + 2)
                try await hosts.until("the runs' ends") {
                    try await hosts.number("select count(*) as n from runs where status = 'completed'") == 5
                }
                #expect(try await hosts.number("select count(*) as n from runs") == 5)
                #expect(try await hosts.number("select count(distinct delivery_key) as n from runs") == 5)
            }
        }
    }

    @Test func `two hosts poll each trigger one at a time, go on after errors, and start a run for each item`()
        async throws
    {
        let feeds = (0..<12).map { "f\($0)" }
        let news = NewsStand()
        for feed in feeds { news.publish(1...20, in: feed) }
        try await news.listen { address in
            try await PollingHosts.with { hosts in
                let (first, second) = (try await hosts.start("one"), try await hosts.start("two"))
                let workflow = try await PollingHosts.workflow(feeds, at: address, on: first)
                try await hosts.until("the first polls") {
                    try await PollingHosts.polls(on: second).filter { $0["status"] == "active" }.count == feeds.count
                }
                #expect(try await hosts.number("select count(*) as n from runs") == 0)

                news.answer(503, for: "f0")
                for feed in feeds { news.publish(21...23, in: feed) }
                for host in [first, second, first] { try await PollingHosts.hurry(on: host) }
                try await hosts.until("the runs of all feeds but one") {
                    try await hosts.number("select count(*) as n from runs") == 33
                }
                let failing = try await PollingHosts.polls(on: first).first { $0["node"] == "f0" }
                #expect(failing?["status"] == "failing")
                #expect(failing?["error"]?["code"] == "unavailable")
                #expect((failing?["failures"]?.int ?? 0) >= 1)

                news.answer(200, for: "f0")
                try await PollingHosts.hurry("f0", on: second)
                try await hosts.until("the runs of the one that failed") {
                    try await hosts.number("select count(*) as n from runs") == 36
                }
                // Nobody waits for the ordinary time, which is five seconds later.
                for _ in 0..<5 { for host in [first, second] { try await PollingHosts.hurry(on: host) } }
                _ = try await first.send("POST", "/api/v1/workflows/\(workflow)/pause", [:])
                try await hosts.until("the runs' ends") {
                    try await hosts.number("select count(*) as n from runs where status = 'completed'") == 36
                }
                #expect(try await hosts.number("select count(*) as n from runs") == 36)
                #expect(try await hosts.number("select count(distinct delivery_key) as n from runs") == 36)
                #expect(news.mostReaders == 1)
                let states = try await PollingHosts.polls(on: second).map { $0["status"] }
                #expect(states.allSatisfy { $0 == "workflow_paused" })
            }
        }
    }

    @Test func `polling triggers are listed, shown, polled and begun anew from the shell`() async throws {
        let news = NewsStand()
        try await news.listen { address in
            try await PollingHosts.with { hosts in
                func run(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
                    try await hosts.installation.command(["poll"] + arguments, adding: hosts.settings)
                }
                let host = try await hosts.start("one")
                #expect(try await run("list").output == "There are no polling triggers.\n")
                #expect(try await JSON(parsing: run("list", "--json").output) == ["items": []])

                news.publish(1...2, in: "a")
                let workflow = try await PollingHosts.workflow(["a"], at: address, on: host)
                try await hosts.until("the first poll") {
                    try await PollingHosts.polls(on: host).first?["status"] == "active"
                }
                let listed = try await JSON(parsing: run("list", "--workflow", workflow, "--json").output)
                let id = try #require(listed["items"]?[0]?["id"]?.string)
                #expect(listed["items"]?[0]?["uses"] == "rss@1.0.0/new_entries")
                #expect(try await run("list").output.contains(id))
                let shown = try await run("show", id)
                #expect(shown.output.hasPrefix("a (active), of \(workflow)") && shown.output.contains("items   0"))
                #expect(try await JSON(parsing: run("show", id, "--json").output)["cursor"] == [:])

                news.publish(3...3, in: "a")
                let hurried = try await run("now", id)
                #expect(hurried.output == "a is polled as soon as a host can.\n", "\(hurried.errors)")
                try await hosts.until("the run") { try await hosts.number("select count(*) as n from runs") == 1 }
                let reset = try await JSON(parsing: run("reset", id, "--json").output)
                #expect(reset["status"] == "new" && reset["cursor"] == .null)
                _ = try await host.send("POST", "/api/v1/workflows/\(workflow)/pause", [:])
                #expect(try await run("now", id).output == "Its workflow is paused; nothing is polled.\n")

                for (arguments, words) in [
                    (["show", "poll_1"], "no polling trigger's id"),
                    (["now", "poll_01j0000000e008000000000001"], "There is no polling trigger"),
                    (["list", "--workflow", "wf_1"], "--workflow is a workflow's id"), (["show"], "<poll>"),
                ] {
                    let refused = try await hosts.installation.command(["poll"] + arguments, adding: hosts.settings)
                    #expect(refused.status != 0 && refused.errors.contains(words), "\(arguments): \(refused.errors)")
                }
            }
        }
    }
}
