import HTTPTypes
import HostFixture
import Hummingbird
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
        let router = Router()
        router.post("effect") { request, _ in try await self.answer(request, .ok) }
        router.post("refuse") { request, _ in try await self.answer(request, .unprocessableContent) }
        try await router.listen(body)
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
