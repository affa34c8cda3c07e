import Hummingbird
import Logging
import NIOCore
import PatchbayJSON
import Synchronization

/// A small HTTP server that keeps what is posted to it: what the starter workflow talks to.
final class Receiver: Sendable {
    private let received = Mutex<[JSON]>([])

    var messages: [JSON] { received.withLock { $0 } }

    /// Listens on 127.0.0.1 for the time of `body`. Throws `CommandFailure` when the port is taken.
    func listen<Result: Sendable>(
        port: Int, while body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let (listening, announce) = AsyncStream.makeStream(of: Void.self)
        let router = Router()
        router.post("messages") { request, _ in
            let buffer = try await request.body.collect(upTo: 1 << 20)
            let message = (try? JSON(parsing: Array(buffer.readableBytesView))) ?? .null
            self.received.withLock { $0.append(message) }
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: #"{"received":true}"#)))
        }
        let server = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { _ in announce.yield() },
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                do {
                    try await server.run()
                } catch is CancellationError {
                    return nil
                } catch {
                    throw CommandFailure(
                        "Nothing can listen on 127.0.0.1:\(port) (\(error)). Choose another: --receiver-port")
                }
                return nil
            }
            group.addTask {
                for await _ in listening { break }
                return try await body()
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
