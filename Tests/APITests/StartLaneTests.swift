import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

@testable import PatchbayAPI

/// Starts that are answered where they come in, beside those that the routes answer.
@Suite(.timeLimit(.minutes(2)))
struct StartLaneTests {
    private let api = TestAPI()

    /// Starts a workflow until the host knows all that a start needs.
    private static func warm(_ client: TestClient) async throws -> String {
        let id = try await client.store(Documents.manual)
        _ = try await client.post("/api/v1/runs", ["workflow_id": .string(id)])
        return id
    }

    @Test func `a start is answered as the routes answer it, and taken down`() async throws {
        let (first, second) = try await api.testLive { client in
            let id = try await client.store(Documents.manual)
            let body: JSON = ["workflow_id": .string(id), "input": ["name": "Ada"]]
            let headers: HTTPFields = [.requestID: "mine", .userAgent: "tests"]
            return (
                try await client.post("/api/v1/runs", body, headers: headers),
                try await client.post("/api/v1/runs", body, headers: headers)
            )
        }
        #expect(api.runs.atOnce.withLock { $0 } == 1)
        #expect((first.status, second.status) == (202, 202))
        #expect(Set(first.headers.map(\.name)) == Set(second.headers.map(\.name)))
        for name in [HTTPField.Name.contentType, .cacheControl, .xContentTypeOptions, .requestID, .contentLength] {
            #expect(first.headers[name] == second.headers[name])
        }
        #expect(second.headers[.location] == "/api/v1/runs/\(second.json["id"]?.string ?? "")")
        #expect(first.json.object?.names == second.json.object?.names)
        #expect(second.json["status"] == "queued")
        let events = api.audit.events(.runStarted)
        #expect(events.count == 2)
        #expect(events.map(\.actor) == [.installationKey, .installationKey])
        #expect(events[0].origin == events[1].origin)
        #expect(events[0].details == events[1].details)
        #expect(events[1].resource == AuditEvent.Resource("run", second.json["id"]?.string ?? ""))
        let kept = api.runs.kept.withLock { $0 }
        #expect(kept[0].entries[0].data == kept[1].entries[0].data)
    }

    @Test func `what is not common is for the routes`() async throws {
        let found = try await api.testLive { client in
            let id = try await Self.warm(client)
            func start(_ body: JSON, _ headers: HTTPFields = [:]) async throws -> String {
                let answer = try await client.post("/api/v1/runs", body, headers: headers)
                return answer.code ?? "\(answer.status)"
            }
            let body: JSON = ["workflow_id": .string(id)]
            let large = String(repeating: "x", count: 20_000)
            return [
                try await start(body, [.idempotencyKey: "once"]), try await start(body, [.idempotencyKey: "once"]),
                try await start(body, [.contentType: "text/plain"]),
                try await start(["workflow_id": .string(id), "inputs": [:]]), try await start(["input": [:]]),
                try await start(["workflow_id": "wf_nope"]),
                try await start(body, [.authorization: "Bearer wrong-key"]),
                try await start(body, [.tenant: TenantID(high: 1, low: 2).description]),
                try await start(["workflow_id": .string(id), "input": .string(large)]),
            ]
        }
        #expect(
            found == [
                "202", "202", "UNSUPPORTED_MEDIA_TYPE", "VALIDATION_ERROR", "VALIDATION_ERROR", "WORKFLOW_NOT_FOUND",
                "UNAUTHORIZED", "TENANT_NOT_FOUND", "202",
            ])
        #expect(api.runs.atOnce.withLock { $0 } == 0)
        #expect(api.runs.kept.withLock { $0.count } == 3)
    }

    @Test func `a workflow that has moved on is started as it is now, and a paused one is not`() async throws {
        let (moved, paused) = try await api.testLive { client in
            let id = try await Self.warm(client)
            var members = Documents.manual.object ?? [:]
            members["name"] = "Another"
            let document = JSON.object(members)
            let etag = try await client.get("/api/v1/workflows/\(id)").headers[.eTag] ?? ""
            _ = try await client.send(.put, "/api/v1/workflows/\(id)", document, headers: [.ifMatch: etag])
            let moved = try await client.post("/api/v1/runs", ["workflow_id": .string(id)])
            _ = try await client.post("/api/v1/workflows/\(id)/pause")
            return (moved, try await client.post("/api/v1/runs", ["workflow_id": .string(id)]))
        }
        #expect(moved.json["workflow_version"] == 2)
        #expect(paused.code == "WORKFLOW_PAUSED")
        #expect(api.runs.kept.withLock { $0.count } == 2)
    }

    @Test func `a start of which nobody knows whether it is stored is not tried again`() async throws {
        let answer = try await api.testLive { client in
            let id = try await Self.warm(client)
            api.runs.fault.withLock { $0 = MemoryAudit.Unwritable() }
            return try await client.post("/api/v1/runs", ["workflow_id": .string(id)], headers: [.requestID: "mine"])
        }
        #expect(answer.code == "INTERNAL_ERROR")
        #expect(answer.json["error"]?["request_id"] == "mine")
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(api.runs.atOnce.withLock { $0 } == 1)
        #expect(api.runs.attempts.withLock { $0 } == 2)
        #expect(api.audit.events(.runStarted).map(\.outcome) == [.success, .failed])
    }

    @Test func `starts count against their limit, and those beyond it are refused`() async throws {
        var limited = api
        limited.rateLimits = RateLimits([.execute: 3])
        let tested = limited
        let statuses = try await tested.testLive { client in
            let id = try await Self.warm(client)
            var statuses: [Int] = []
            for _ in 0..<4 {
                statuses.append(try await client.post("/api/v1/runs", ["workflow_id": .string(id)]).status)
            }
            return statuses
        }
        #expect(statuses == [202, 202, 429, 429])
    }
}
