import HTTPTypes
import HummingbirdTesting
import NIOWebSocket
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

@Suite(.timeLimit(.minutes(5)))
struct LiveTests {
    private let api = TestAPI()

    /// A workflow and one run of it that nobody carries out.
    private func start(_ client: TestClient) async throws -> RunID {
        let stored = try await client.post("/api/v1/workflows", Documents.manual)
        let id = try #require(stored.json["id"]?.string)
        let answer = try await client.post("/api/v1/runs", ["workflow_id": .string(id)])
        return try #require(answer.json["id"]?.string.flatMap { RunID($0) })
    }

    private func append(_ kind: JournalEntry.Kind, to run: RunID, status: RunStatus = .running) {
        let now = api.clock.now
        api.runs.change(run) { kept in
            kept.entries.append(
                JournalEntry(sequence: kept.entries.count + 1, at: now, kind: kind, node: "tell", attempt: 1))
            kept.record.status = status
        }
        if status.isTerminal { api.signals.finished(run) } else { api.signals.changed(run) }
    }

    @Test func `tells each entry of a run once, then says goodbye`() async throws {
        try await api.testLive { client in
            let run = try await start(client)
            let port = try #require(client.client.port)
            try await LiveClient.connect("/api/v1/runs/\(run)/live", port: port) { live in
                let message1 = try await live.next()
                #expect(message1?["type"] == "connected")
                let message2 = try await live.next()
                #expect(message2?["type"] == "run_started")
                append(.stepStarted, to: run)
                let step = try await live.next()
                #expect(step?["type"] == "step_started" && step?["node_id"] == "tell" && step?["cursor"] == "2")
                append(.runCompleted, to: run, status: .completed)
                let message3 = try await live.next()
                #expect(message3?["type"] == "run_completed")
                let message4 = try await live.next()
                #expect(message4 == 1000)
            }
        }
    }

    @Test func `goes on behind the cursor of the last message`() async throws {
        try await api.testLive { client in
            let run = try await start(client)
            append(.stepStarted, to: run)
            append(.runFailed, to: run, status: .failed)
            let port = try #require(client.client.port)
            try await LiveClient.connect("/api/v1/executions/\(run)/live?after=2", port: port) { live in
                let message5 = try await live.next()
                #expect(message5?["cursor"] == "2")
                let message6 = try await live.next()
                #expect(message6?["type"] == "run_failed")
                let message7 = try await live.next()
                #expect(message7 == 1000)
            }
            try await LiveClient.connect("/api/v1/runs/\(run)/live?after=3", port: port) { live in
                let message8 = try await live.next()
                #expect(message8?["type"] == "connected")
                let message9 = try await live.next()
                #expect(message9 == 1000)
            }
        }
    }

    @Test func `tells the changes of all runs from now on, and again from a cursor`() async throws {
        try await api.testLive { client in
            let old = try await start(client)
            let port = try #require(client.client.port)
            let (run, cursor) = try await LiveClient.connect("/api/v1/live", port: port) { live in
                let message10 = try await live.next()
                #expect(message10?["type"] == "connected")
                let run = try await start(client)
                let started = try await live.next()
                #expect(started?["run_id"] == .string(run.description) && started?["status"] == "queued")
                append(.runCompleted, to: run, status: .completed)
                let message11 = try await live.next()
                #expect(message11?["status"] == "completed")
                return (run, started?["cursor"]?.string ?? "")
            }
            append(.runCancelled, to: old, status: .cancelled)
            try await LiveClient.connect("/api/v1/live?after=\(cursor)", port: port) { live in
                let message12 = try await live.next()
                #expect(message12?["cursor"] == .string(cursor))
                let message13 = try await live.next()
                #expect(message13?["run_id"] == .string(run.description))
                let message14 = try await live.next()
                #expect(message14?["run_id"] == .string(old.description))
            }
        }
    }

    @Test func `answers pings, and closes on a client that talks`() async throws {
        try await api.testLive { client in
            let port = try #require(client.client.port)
            try await LiveClient.connect("/api/v1/live", port: port) { live in
                let message15 = try await live.next()
                #expect(message15?["type"] == "connected")
                try await live.send(.ping, "are you there")
                try await live.send(.text, "hello")
                let message16 = try await live.next()
                #expect(message16 == 1008)
            }
        }
    }

    @Test(arguments: ["/api/v1/live?after=x", "/api/v1/live?before=1", "/api/v1/runs/nonsense/live", "/api/v1/nothing"])
    func `an address that names nothing is not upgraded`(path: String) async throws {
        try await api.testLive { client in
            let port = try #require(client.client.port)
            await #expect(throws: LiveClient.Refused.self) {
                try await LiveClient.connect(path, port: port) { _ in }
            }
        }
    }

    @Test func `a page of ours listens with its session's cookie, another site's does not`() async throws {
        let ann = api.person("ann@example.com", [.initial: "viewer", TestAPI.elsewhere: "viewer"])
        let cookie = try await api.session(of: ann)[.cookie] ?? ""
        try await api.testLive { client in
            let port = try #require(client.client.port)
            let path = "/api/v1/live?tenant=\(TenantID.initial)"
            let first = try await LiveClient.connect(
                path, port: port, headers: [("Cookie", cookie), ("Origin", "http://127.0.0.1")]
            ) { try await $0.next() }
            #expect(first?["type"] == "connected")
            let refused: [(String, [(String, String)])] = [
                (path, [("Cookie", cookie), ("Origin", "http://evil.example")]), (path, [("Cookie", cookie)]),
                (path, [("Cookie", cookie), ("Origin", "null")]), (path, [("Origin", "http://127.0.0.1")]),
                ("/api/v1/live", [("Cookie", cookie), ("Origin", "http://127.0.0.1")]),
                ("/api/v1/live?tenant=x", [("Cookie", cookie), ("Origin", "http://127.0.0.1")]),
            ]
            for (path, headers) in refused {
                await #expect(throws: LiveClient.Refused.self) {
                    try await LiveClient.connect(path, port: port, headers: headers) { _ in }
                }
            }
        }
    }

    @Test func `a wrong key is not upgraded`() async throws {
        try await api.testLive { client in
            let port = try #require(client.client.port)
            await #expect(throws: LiveClient.Refused.self) {
                try await LiveClient.connect("/api/v1/live", port: port, key: "pk_wrong") { _ in }
            }
        }
    }

    @Test func `an ordinary request learns what is missing`() async throws {
        try await api.test { client in
            let run = try await start(client)
            for path in ["/api/v1/live", "/api/v1/runs/\(run)/live"] {
                let answer = try await client.get(path)
                #expect(answer.status == 426)
                #expect(answer.code == "UPGRADE_REQUIRED" && answer.headers[.upgrade] == "websocket")
            }
            #expect(try await client.get("/api/v1/live?after=x").status == 400)
            #expect(try await client.get("/api/v1/runs/\(run)/live?after=-1").status == 400)
            #expect(try await client.get("/api/v1/runs/\(RunID.new(at: api.clock.now))/live").status == 404)
        }
    }
}
