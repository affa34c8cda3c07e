import CanaryFixture
import DatabaseFixture
import FoundationEssentials
import Glibc
import HostFixture
import PatchbayJSON
import PatchbayPostgres
import Testing

/// Secrets of real connectors in a real host, with servers that tell them back: in none of its answers, live updates, logs,
/// tables and files, those of the embedded database included.
@Suite(.serialized, .timeLimit(.minutes(5))) struct CanaryTests {
    /// One connector with a server of its own.
    private struct Station: Sendable {
        let id: String
        let canary: Canary
        let server: EchoServer
        let uses: String
        let input: JSON

        init(_ id: String, _ language: EchoServer.Language, _ operation: String, _ input: (EchoServer) -> JSON) {
            self.id = id
            canary = Canary("system-" + id, isASCII: language == .http)
            // Below the ports that the kernel gives to whoever asks for any.
            server = EchoServer(language, canary, on: 20_240...20_400)
            uses = "\(id)@1.0.0/\(operation)"
            self.input = input(server)
        }

        var settings: JSON? {
            let port = JSON.int(Int64(server.port))
            return switch id {
            case "slack": ["base_url": .string(server.address)]
            case "redis", "postgresql": ["host": "127.0.0.1", "port": port]
            case "email": ["host": "127.0.0.1", "port": port, "security": "none", "from": "a@b.example"]
            default: nil
            }
        }

        var credential: JSON {
            if id == "slack" {
                return ["name": .string(id), "kind": "bearer", "fields": ["token": .string(canary.secret)]]
            }
            return [
                "name": .string(id), "kind": "basic",
                "fields": ["username": .string(canary.user), "password": .string(canary.secret)],
                "hosts": id == "http" ? [.string("127.0.0.1:\(server.port)")] : [],
            ]
        }

        var workflow: JSON {
            [
                "name": .string(id),
                "nodes": [
                    ["id": "start", "type": "manual"],
                    [
                        "id": "act", "type": "action", "uses": .string(uses), "credential": .string(id), "input": input,
                        "timeout": "2s", "retry": ["attempts": 1],
                    ],
                ],
                "edges": [["source": "start", "target": "act"]],
            ]
        }
    }

    private static func stations() -> [Station] {
        [
            Station("http", .http, "request") { ["url": .string($0.address + "/x?a=1"), "follow_redirects": true] },
            Station("slack", .http, "send_message") { _ in ["channel": "#ops", "text": "hi"] },
            Station("redis", .redis, "get") { _ in ["key": "a"] },
            Station("postgresql", .postgres, "query") { _ in ["sql": "select 1"] },
            Station("email", .smtp, "send_email") { _ in ["to": ["a@b.example"], "subject": "s", "text": "t"] },
        ]
    }

    /// Where the updates go on after the greeting.
    private static func cursor(in updates: String) throws -> String {
        guard let member = updates.firstRange(of: #""cursor":""#)?.upperBound else {
            throw SystemTestError("no update has a cursor: \(updates)")
        }
        return String(updates[member...].drop { $0 == "\"" }.prefix { !"\",}".contains($0) })
    }

    @Test func `nothing that a host keeps or says holds a secret of its connectors`() async throws {
        let stations = Self.stations()
        let installation = try await Installation(stations.map(\.id))
        let grants = ["redis", "postgresql", "email"].map { id in
            "\(id):\(stations.first { $0.id == id }!.server.port)"
        }
        let host = try await installation.serve(adding: [
            "LOG_LEVEL": "trace", "PATCHBAY_ISOLATION": "runner",
            "PATCHBAY_GRANT_SOCKETS": grants.joined(separator: ","),
        ])
        let beginning = try Self.cursor(in: await LiveListener(host, "/live", installation).heard(of: "connected"))
        var shown: [(place: String, text: String)] = []
        var last = ""
        for station in stations {
            let (answers, run) = try await Self.visit(station, host)
            last = run
            shown += answers
            let feed = try LiveListener(host, "/runs/\(run)/live", installation)
            shown.append(("\(station.id) live", try await feed.heard(of: "run_failed")))
        }
        // All of them at once: a listener that answers no ping is not kept for as long as slow machines take.
        let live = try LiveListener(host, "/live?after=" + beginning, installation)
        shown.append(("live updates", try await live.heard(of: last)))
        for path in ["/runs", "/credentials", "/connectors", "/workflows", "/audit", "/metrics"] {
            shown.append((path, try await host.send("GET", (path == "/metrics" ? "" : "/api/v1") + path).text))
        }
        for (table, text) in try await Self.dump(installation.folder + "/data") {
            shown.append(("table \(table)", text))
        }
        #expect(await host.stop() == 0)
        shown.append(("the log", host.program.errors + host.program.output))
        for station in stations {
            for (place, text) in shown {
                #expect(station.canary.leaks(in: text) == [], "\(station.id), \(place)")
            }
            // It came back, and was masked; only `email` passes on nothing of what its server says.
            let isMasked = shown.contains { $0.place.hasPrefix(station.id) && $0.text.contains("‹secret›") }
            #expect(isMasked == (station.id != "email"), "\(station.id)")
        }
        // The database has ended with its host, and what it kept lies in files, the log of its writes too.
        let names = try Self.search(installation.folder, for: stations.map(\.canary))
        #expect(names.contains { $0.contains("/pg_wal/") } && names.contains { $0.contains("/base/") })
        // What was searched would show a secret: the log names what was done, and tables, live updates and files hold the runs.
        #expect(host.program.errors.contains("crashed: its process ended by"))
        #expect(shown.contains { $0.place.hasPrefix("table run_journal") && $0.text.contains("step_failed") })
        #expect(shown.contains { $0.place == "slack live" && $0.text.contains("step_failed") })
    }

    /// Every mood of the server, a crash, and a credential that is refused: all that the API answers meanwhile, and the run that
    /// crashed.
    private static func visit(
        _ station: Station, _ host: RunningHost
    ) async throws -> (shown: [(place: String, text: String)], last: String) {
        var shown: [(String, String)] = []
        func send(_ method: String, _ path: String, _ body: JSON? = nil) async throws -> JSON {
            let answer = try await host.send(method, "/api/v1" + path, body)
            shown.append(("\(station.id) \(method) \(path)", answer.text))
            return answer.body
        }
        var wrong = station.credential.object ?? [:]
        wrong["kind"] = "bearer"
        if station.id == "slack" { wrong["fields"] = ["tokn": .string(station.canary.secret)] }
        _ = try await send("POST", "/credentials", .object(wrong))
        _ = try await send("POST", "/credentials", .string(station.canary.secret))
        _ = try await send("POST", "/credentials", station.credential)
        if let settings = station.settings { _ = try await send("PUT", "/connectors/\(station.id)/settings", settings) }
        let created = try await send("POST", "/workflows", station.workflow)
        let workflow = try #require(created["id"]?.string, "\(created.text)")
        var runs: [String] = []
        for mood in EchoServer.Mood.allCases {
            station.server.set(mood)
            let run = try await send("POST", "/workflows/\(workflow)/execute", ["input": ["n": 1]])
            let id = try #require(run["run_id"]?.string, "\(run.text)")
            #expect(run["status"] != nil)
            runs.append(id)
        }
        station.server.set(.silence)
        let run = try await send("POST", "/workflows/\(workflow)/execute", ["async": true])
        runs.append(try #require(run["run_id"]?.string, "\(run.text)"))
        let deadline = ContinuousClock.now + .seconds(20)
        while station.server.waiting == 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        for runner in Self.runners(of: host.program.pid) { kill(runner, SIGSEGV) }
        for id in runs {
            _ = try await host.finished(id)
            for path in ["", "/steps", "/logs", "/journal", "/timeline", "/history"] {
                _ = try await send("GET", "/runs/\(id)\(path)")
            }
        }
        return (shown, runs.last ?? "")
    }

    private static func runners(of host: pid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
                let end = status.lastIndex(of: ")")
            else { return false }
            return status.contains("(patchbay-runne")
                && status[end...].split(separator: " ").dropFirst(2).first == "\(host)"
        }
    }

    /// All tables of all schemas that are not the server's own, as text; bytes as the text that they are.
    private static func dump(_ folder: String) async throws -> [(table: String, text: String)] {
        let cluster = try await EmbeddedCluster.start(in: folder, log: .quiet)
        let connection = try await PostgresConnection.connect(to: cluster.target)
        let columns = try await connection.query(
            """
            select c.oid::regclass::text as name, string_agg(case when a.atttypid = 'bytea'::regtype
                then format('encode(%I, ''escape'')', a.attname) else format('%I::text', a.attname) end, ', ') as columns
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
            group by c.oid
            """)
        var tables: [(String, String)] = []
        for row in columns {
            let name = try row.text("name")
            let rows = try await connection.query(
                "select concat_ws(' | ', \(try row.text("columns"))) as line from only \(name)")
            tables.append((name, try rows.map { try $0.text("line") }.joined(separator: "\n")))
        }
        await connection.close()
        await cluster.stop()
        return tables
    }

    /// All files below the folder but libraries; answers their names.
    private static func search(_ folder: String, for canaries: [Canary]) throws -> [String] {
        var names: [String] = []
        let search = CanarySearch(canaries)
        // It would find one.
        for canary in canaries { #expect(search.leaks(in: Array("x \(canary.echo) y".utf8)).count > 10) }
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !name.hasSuffix(".so") {
            guard let content = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            names.append(name)
            let bytes = Array(content)
            guard !bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { continue }
            #expect(search.leaks(in: bytes) == [], "\(name)")
        }
        return names
    }
}
