package import Hummingbird
import Logging

extension Router<BasicRequestContext> {
    /// Answers on a free port of 127.0.0.1 for the time of `body`, which is given the address; `end` lets go of what is
    /// still held.
    package func listen(
        end: @escaping @Sendable () -> Void = {}, _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let server = Application(
            router: self, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try? await server.run()
                return false
            }
            group.addTask {
                for await port in ports {
                    try await body("http://127.0.0.1:\(port)")
                    break
                }
                return true
            }
            defer {
                end()
                group.cancelAll()
            }
            while let isDone = try await group.next() { if isDone { return } }
        }
    }
}
