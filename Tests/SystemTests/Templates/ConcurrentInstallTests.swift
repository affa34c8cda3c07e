import HostFixture
import PatchbayJSON
import Testing

/// Many who install the same template at the same moment, over HTTP.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ConcurrentInstallTests {
    private static let many = 32

    private typealias Answer = (status: Int, body: JSON, text: String)

    private static func atOnce(
        _ count: Int = many, _ act: @escaping @Sendable () async throws -> Answer
    ) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            for _ in 0..<count { group.addTask { try await act() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func ids(_ path: String, _ member: String, on host: RunningHost) async throws -> Set<String> {
        let items = try await host.send("GET", "/api/v1/\(path)?limit=100").body["items"]?.array ?? []
        return Set(items.compactMap { $0[member]?.string })
    }

    private static func expectCounted(_ id: String, active: JSON, installs: JSON, on host: RunningHost) async throws {
        let listing = try await host.send("GET", "/api/v1/templates/\(id)")
        #expect(
            listing.body["active_installations"] == active && listing.body["installs"] == installs, "\(listing.text)")
    }

    @Test func `each gets a workflow of its own, and the counters are right when they leave as well`() async throws {
        let installation = try await Installation([])
        let host = try await installation.serve()
        let id = try await ListedTemplate.publish(ListedTemplate.document("courier"), on: host)
        let made = try await Self.atOnce { try await ListedTemplate.install(id, on: host) }
        #expect(made.allSatisfy { $0.status == 201 }, "\(made.map(\.text))")
        let workflows = Set(made.compactMap { $0.body["workflow_id"]?.string })
        #expect(workflows.count == Self.many)
        #expect(try await Self.ids("workflows", "id", on: host) == workflows)
        #expect(try await Self.ids("installations", "workflow_id", on: host) == workflows)
        try await Self.expectCounted(id, active: 32, installs: 32, on: host)

        let place = "/api/v1/installations/\(made[0].body["id"]?.string ?? "")"
        let left = try await Self.atOnce(8) { try await host.send("DELETE", place) }
        #expect(left.map(\.status).sorted() == [204] + Array(repeating: 404, count: 7), "\(left.map(\.text))")
        #expect(try await Self.ids("workflows", "id", on: host).count == Self.many - 1)
        try await Self.expectCounted(id, active: 31, installs: 32, on: host)
        #expect(await host.stop() == 0)
    }

    @Test func `of those who want the same address one has it, and the others hear why they have not`() async throws {
        let installation = try await Installation([])
        let host = try await installation.serve()
        let id = try await ListedTemplate.publish(ListedTemplate.document("courier", path: "orders"), on: host)
        let made = try await Self.atOnce { try await ListedTemplate.install(id, on: host) }
        let refused = made.filter { $0.status != 201 }
        #expect(refused.count == Self.many - 1)
        for answer in refused {
            #expect(answer.status == 409 && answer.body["error"]?["code"] == "WEBHOOK_ENDPOINT_TAKEN", "\(answer.text)")
            #expect(answer.text.contains("orders"))
        }
        #expect(try await Self.ids("workflows", "id", on: host).count == 1)
        #expect(try await Self.ids("installations", "id", on: host).count == 1)
        try await Self.expectCounted(id, active: 1, installs: 1, on: host)
        let delivered = try await host.send("POST", "/webhook/orders", ["order": 7])
        #expect(delivered.status == 202, "\(delivered.text)")
        let run = try await host.finished(delivered.body["run_id"]?.string ?? "")
        #expect(run["status"] == "completed")
        #expect(await host.stop() == 0)
    }

    @Test func `an update that several ask for at once is made, and its workflow is whole`() async throws {
        let installation = try await Installation([])
        let host = try await installation.serve()
        let id = try await ListedTemplate.publish(ListedTemplate.document("courier"), on: host)
        let made = try await ListedTemplate.install(id, on: host)
        _ = try await ListedTemplate.publish(ListedTemplate.document("courier", version: "1.1.0"), on: host)
        let place = "/api/v1/installations/\(made.body["id"]?.string ?? "")"
        let updated = try await Self.atOnce(8) { try await host.send("POST", place + "/update", [:]) }
        let refused = updated.filter { $0.status != 200 }
        #expect(refused.count < 8)
        #expect(refused.allSatisfy { $0.body["error"]?["code"] == "VERSION_CONFLICT" }, "\(refused.map(\.text))")
        let shown = try await host.send("GET", place)
        #expect(shown.body["version"] == "1.1.0" && shown.body["update"] == .null, "\(shown.text)")
        let workflow = try await host.send("GET", "/api/v1/workflows/\(made.body["workflow_id"]?.string ?? "")")
        #expect(workflow.body["document"]?["nodes"]?[1]?["config"] == ["values": ["by": "1.1.0"]])
        // Whoever of them was late has changed nothing, so there is one step to go back.
        #expect(try await host.send("POST", place + "/revert", [:]).body["version"] == "1.0.0")
        #expect(await host.stop() == 0)
    }
}
