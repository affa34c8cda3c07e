import FoundationEssentials
import Glibc
import HostFixture
import PatchbayJSON
import Testing

/// Workflows that start when others fail, while hosts are killed between the one and the other.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ErrorTriggerDeathTests {
    private static let rounds = 8

    private static let broken: JSON = [
        "name": "broken",
        "nodes": [
            ["id": "go", "type": "manual"],
            ["id": "stop", "type": "stop", "config": ["status": "failed", "message": "boom"]],
        ], "edges": [["source": "go", "target": "stop"]],
    ]
    private static let alarm: JSON = [
        "name": "alarm",
        "nodes": [
            ["id": "failed", "type": "error"],
            ["id": "note", "type": "set", "config": ["values": ["of": "{{ trigger.body.run_id }}"]]],
        ], "edges": [["source": "failed", "target": "note"]],
    ]

    @Test func `each failure starts exactly one run, also when its host dies before it does`() async throws {
        let installation = try await Installation([])
        var host = try await installation.serve()
        let listener = try await saved(Self.alarm, at: host)
        let failing = try await saved(Self.broken, at: host)
        // Failures are heard from the first look on; so this goes on until one was.
        var failed: [String] = []
        while try await heard(by: listener, at: host).isEmpty {
            failed.append(try await failure(of: failing, at: host))
            try await Task.sleep(for: .milliseconds(200))
        }
        // Ids sort by their time; all behind the first that was heard are to be heard too.
        let first = try await heard(by: listener, at: host).min()
        failed = Array(failed.drop { $0 != first })
        var between = 0
        for _ in 0..<Self.rounds {
            let run = try await failure(of: failing, at: host)
            failed.append(run)
            if try await !heard(by: listener, at: host).contains(run) { between += 1 }
            host.program.signal(SIGKILL)
            #expect(await host.program.ended() == 128 + SIGKILL)
            host = try await installation.serve()
        }
        #expect(between > 0)
        let deadline = ContinuousClock.now + .seconds(120)
        while try await heard(by: listener, at: host).count < failed.count {
            guard ContinuousClock.now < deadline else { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        // One more that is heard says that the others are behind it.
        failed.append(try await failure(of: failing, at: host))
        while try await !heard(by: listener, at: host).contains(failed.last ?? "") {
            guard ContinuousClock.now < deadline else { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        let all = try await heard(by: listener, at: host)
        #expect(all.sorted() == failed.sorted())
        print("\(failed.count) failures, \(Self.rounds) kills, \(between) of them between failure and start")
        #expect(await host.stop() == 0)
    }

    private func saved(_ document: JSON, at host: RunningHost) async throws -> String {
        let answer = try await host.send("POST", "/api/v1/workflows", document)
        #expect(answer.status == 201, "\(answer.text)")
        return try #require(answer.body["id"]?.string)
    }

    /// A run that has failed.
    private func failure(of workflow: String, at host: RunningHost) async throws -> String {
        let started = try await host.send("POST", "/api/v1/workflows/\(workflow)/execute", ["async": true])
        let run = try #require((started.body["run_id"] ?? started.body["id"])?.string, "\(started.text)")
        #expect(try await host.finished(run)["status"] == "failed")
        return run
    }

    /// The failed runs of which the workflow has heard, as often as it has.
    private func heard(by workflow: String, at host: RunningHost) async throws -> [String] {
        let page = try await host.send("GET", "/api/v1/runs?workflow_id=\(workflow)&limit=200")
        #expect(page.status == 200, "\(page.text)")
        var found: [String] = []
        for item in page.body["items"]?.array ?? [] {
            let id = try #require((item["run_id"] ?? item["id"])?.string)
            let run = try await host.finished(id)
            #expect(run["status"] == "completed")
            found.append(run["output"]?["of"]?.string ?? "")
        }
        return found
    }
}
