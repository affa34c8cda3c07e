import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import PatchbayAPI
import PatchbayJSON
import ServiceLifecycle
import Testing

@testable import PatchbayEngine

@Suite(.timeLimit(.minutes(5)))
struct ShutdownTests {
    private let api = TestAPI()

    @Test func `a host that stops answers who waits for a run, and then ends`() async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let logger = api.log.logger()
        let application = makeApplication(
            api.dependencies, at: APIAddress(host: "127.0.0.1", port: 0), logger: logger,
            onListening: { port.yield($0) })
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [application], logger: logger))
        let answer = try await withThrowingTaskGroup(of: JSON?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            let number = try #require(await ports.first { _ in true })
            tasks.addTask { try await execute(at: number) }
            // Nobody carries the run out, so its caller waits.
            while !Task.isCancelled, api.signals.watchCount == 0 { await Task.yield() }
            await group.triggerGracefulShutdown()
            var answer: JSON?
            for try await result in tasks { answer = result ?? answer }
            return answer
        }
        #expect(answer?["status"] == "queued")
    }

    private func execute(at port: Int) async throws -> JSON {
        try await HummingbirdTesting.TestClient.withClient(host: "127.0.0.1", port: port) { client in
            let headers: HTTPFields = [
                .authorization: "Bearer \(TestAPI.key)", .contentType: "application/json",
            ]
            let stored = try await client.post(
                "/api/v1/workflows", headers: headers, body: ByteBuffer(bytes: Documents.manual.bytes()))
            let id = try JSON(parsing: Array(buffer: stored.body ?? ByteBuffer()))["id"]?.string ?? ""
            let answer = try await client.post(
                "/api/v1/workflows/\(id)/execute", headers: headers,
                body: ByteBuffer(bytes: JSON.object(["timeout_ms": 300_000]).bytes()))
            return try JSON(parsing: Array(buffer: answer.body ?? ByteBuffer()))
        }
    }
}
