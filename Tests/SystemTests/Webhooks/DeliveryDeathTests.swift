import FoundationEssentials
import Glibc
import HostFixture
import PatchbayJSON
import PatchbaySecurity
import Synchronization
import Testing

/// Deliveries while the host that takes them is killed at random moments.
///
/// `PATCHBAY_DELIVERIES` says how many; 5,000 when it is not set.
@Suite(.serialized, .timeLimit(.minutes(20))) struct DeliveryDeathTests {
    private static let clients = 16

    /// The run that was promised for each delivery.
    private final class Ledger: Sendable {
        private let runs = Mutex<[Int: String]>([:])

        var all: [Int: String] { runs.withLock { $0 } }

        func note(_ run: String, for number: Int) { runs.withLock { $0[number] = run } }
    }

    private static let workflow: JSON = [
        "name": "count",
        "nodes": [
            [
                "id": "hook", "type": "webhook",
                "config": ["path": "count", "verify": ["scheme": "patchbay", "secret": "SENDER"]],
            ],
            ["id": "note", "type": "set", "config": ["values": ["n": "{{ trigger.body.n }}"]]],
        ],
        "edges": [["source": "hook", "target": "note"]],
    ]

    @Test func `each acknowledged delivery led to exactly one run, whenever the host is killed`() async throws {
        let total = ProcessInfo.processInfo.environment["PATCHBAY_DELIVERIES"].flatMap { Int($0) } ?? 5_000
        let installation = try await Installation([])
        let sender = try WebhookSender(.patchbay, secret: "correct horse battery staple")
        var host = try await installation.serve()
        let added = try await host.send(
            "POST", "/api/v1/credentials",
            ["name": "SENDER", "kind": "secret", "fields": ["value": "correct horse battery staple"]])
        #expect(added.status == 201, "\(added.text)")
        let saved = try await host.send("POST", "/api/v1/workflows", Self.workflow)
        #expect(saved.status == 201, "\(saved.text)")
        sender.aim(at: host.url)
        let ledger = Ledger()
        let kills = try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<Self.clients {
                group.addTask {
                    for number in stride(from: client, to: total, by: Self.clients) {
                        let body = Array(#"{"n":\#(number)}"#.utf8)
                        let run = try await sender.insist("/webhook/count", body, id: "d-\(number)")
                        ledger.note(run, for: number)
                    }
                }
            }
            var kills = 0
            while ledger.all.count < total {
                try await Task.sleep(for: .milliseconds(Int.random(in: 50...1_500)))
                sender.aim(at: nil)
                host.program.signal(SIGKILL)
                #expect(await host.program.ended() == 128 + SIGKILL)
                kills += 1
                host = try await installation.serve()
                sender.aim(at: host.url)
            }
            try await group.waitForAll()
            return kills
        }
        let promised = ledger.all
        #expect(promised.count == total)
        #expect(Set(promised.values).count == total)
        let runs = try await ended(total, at: host)
        #expect(runs.count == total)
        #expect(Set(runs) == Set(promised.values))
        // What is in a run is what was sent.
        for (number, run) in promised.shuffled().prefix(50) {
            let state = try await host.send("GET", "/api/v1/runs/\(run)").body
            #expect(state["output"] == ["n": .int(Int64(number))], "\(state.text)")
        }
        print("\(total) deliveries, \(kills) kills, \(runs.count) runs")
        #expect(kills > 0)
        #expect(await host.stop() == 0)
    }

    /// The runs of all deliveries, once so many have ended, and no others come.
    private func ended(_ total: Int, at host: RunningHost) async throws -> [String] {
        let deadline = ContinuousClock.now + .seconds(300)
        while true {
            var found: [String] = []
            var cursor = ""
            repeat {
                let page = try await host.send(
                    "GET", "/api/v1/runs?status=completed&limit=200" + (cursor.isEmpty ? "" : "&cursor=\(cursor)"))
                found += (page.body["items"]?.array ?? []).compactMap { ($0["run_id"] ?? $0["id"])?.string }
                cursor = page.body["next_cursor"]?.string ?? ""
            } while !cursor.isEmpty
            if found.count >= total {
                let others = try await host.send("GET", "/api/v1/runs?status=queued,running,failed,cancelled").body
                #expect(others["items"] == [])
                return found
            }
            guard ContinuousClock.now < deadline else {
                throw SystemTestError(
                    "\(found.count) of \(total) runs have ended: \(host.program.errors.suffix(2_000))")
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
