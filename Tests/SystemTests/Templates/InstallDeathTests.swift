import DatabaseFixture
import Glibc
import HostFixture
import PatchbayJSON
import PatchbayPostgres
import Synchronization
import Testing

/// Hosts that are killed while templates are installed.
@Suite(.serialized, .database, .timeLimit(.minutes(5))) struct InstallDeathTests {
    /// Rows that would be half of an installation.
    private static let halves = [
        "installations without a workflow": """
        select count(*) as n from template_installations i where not exists (
            select from workflows w join workflow_versions v using (tenant_id, workflow_id)
            where w.workflow_id = i.workflow_id and v.version = w.version and w.deleted_at is null)
        """,
        "workflows without an installation": """
        select count(*) as n from workflows w
        where not exists (select from template_installations i where i.workflow_id = w.workflow_id)
        """,
        "versions without a workflow": """
        select count(*) as n from workflow_versions v
        where not exists (select from workflows w where w.workflow_id = v.workflow_id)
        """,
        "counted, and not there": """
        select abs(active - (select count(*) from template_installations))
            + abs(installs - (select count(*) from template_installations)) as n from template_listings
        """,
    ]

    private static func expectWhole(_ hosts: PollingHosts) async throws {
        // What a host that died had under way the server ends by itself.
        try await hosts.until("the end of what was under way") {
            try await hosts.number(
                """
                select count(*) as n from pg_stat_activity where datname = current_database() and state <> 'idle'
                    and pid <> pg_backend_pid() and query like '%template_%'
                """) == 0
        }
        for (what, question) in halves { #expect(try await hosts.number(question) == 0, "\(what)") }
    }

    /// Workflows that a host has promised.
    private final class Promises: Sendable {
        private let workflows = Mutex<Set<String>>([])

        var all: Set<String> { workflows.withLock { $0 } }

        func add(_ workflow: String?) { workflows.withLock { _ = $0.insert(workflow ?? "none") } }
    }

    @Test func `whenever a host is killed, what it installed is whole or not there`() async throws {
        try await PollingHosts.with([]) { hosts in
            var host = try await hosts.start("one")
            let id = try await ListedTemplate.publish(ListedTemplate.document("courier"), on: host)
            let promises = Promises()
            for round in 0..<5 {
                let victim = host
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            // Ends with the host.
                            while let made = try? await ListedTemplate.install(id, on: victim), made.status == 201 {
                                promises.add(made.body["workflow_id"]?.string)
                            }
                        }
                    }
                    // After another number of answers each time, and so in the midst of others.
                    let enough = promises.all.count + round * 7 + Int.random(in: 1...7)
                    try await hosts.until("installations") { promises.all.count >= enough }
                    await hosts.kill(victim)
                    try await group.waitForAll()
                }
                host = try await hosts.start("one")
                try await Self.expectWhole(hosts)
                for workflow in promises.all {
                    #expect(try await host.send("GET", "/api/v1/workflows/\(workflow)").status == 200)
                }
            }
            let made = try await ListedTemplate.install(id, on: host)
            let run = try await host.send(
                "POST", "/api/v1/workflows/\(made.body["workflow_id"]?.string ?? "")/execute", [:])
            #expect(run.body["status"] == "completed", "\(run.text)")
        }
    }

    @Test func `a host that is killed between the workflow and the counter leaves neither`() async throws {
        try await PollingHosts.with([]) { hosts in
            let host = try await hosts.start("one")
            let id = try await ListedTemplate.publish(ListedTemplate.document("courier"), on: host)
            let holder = try await hosts.connection()
            _ = try await holder.query("begin")
            _ = try await holder.query("select template_id from template_listings for update")
            let asking = Task { try? await ListedTemplate.install(id, on: host) }
            try await hosts.until("an installation that waits for the counter") {
                try await hosts.number(
                    """
                    select count(*) as n from pg_stat_activity where datname = current_database()
                        and wait_event_type = 'Lock' and query like '%template_listings%'
                    """) > 0
            }
            await hosts.kill(host)
            let answer = await asking.value
            #expect(answer?.status == nil)
            // The server would do what is waiting there although nobody hears of it any more.
            _ = try await holder.query(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()
                """)
            _ = try await holder.query("rollback")
            await holder.close()
            try await Self.expectWhole(hosts)
            #expect(try await hosts.number("select count(*) as n from workflows") == 0)
            let again = try await hosts.start("one")
            #expect(try await ListedTemplate.install(id, on: again).status == 201)
            try await Self.expectWhole(hosts)
        }
    }
}
