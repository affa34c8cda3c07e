import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PatchbayJSON
import Synchronization

/// The service that workflows have an effect on: keeps every effect by the idempotency key it came with.
final class EffectReceiver: Sendable {
    struct Effect: Sendable, Hashable {
        var run: String
        var what: String
    }

    struct Record: Sendable {
        /// How often each effect came under each key.
        var byKey: [String: [Effect: Int]] = [:]
        /// Requests that named no key or no effect.
        var strange = 0
    }

    private let record = Mutex(Record())

    var received: Record { record.withLock { $0 } }

    /// Listens on a free port of 127.0.0.1 for the time of `body`, which is given the address.
    func listen(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let router = Router()
        router.post("effect") { request, _ in try await self.answer(request, .ok) }
        router.post("refuse") { request, _ in try await self.answer(request, .unprocessableContent) }
        let server = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
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
            defer { group.cancelAll() }
            while let isDone = try await group.next() { if isDone { return } }
        }
    }

    private func answer(_ request: Request, _ status: HTTPResponse.Status) async throws -> Response {
        let buffer = try await request.body.collect(upTo: 1 << 20)
        let body = (try? JSON(parsing: Array(buffer.readableBytesView))) ?? .null
        let key = request.headers[HTTPField.Name("Idempotency-Key")!]
        record.withLock { record in
            guard let key, let run = body["run"]?.string, let what = body["what"]?.string else {
                record.strange += 1
                return
            }
            record.byKey[key, default: [:]][Effect(run: run, what: what), default: 0] += 1
        }
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.bytes())))
    }
}
