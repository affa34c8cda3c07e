import HTTPTypes
import HostFixture
import Hummingbird
import NIOCore
import PatchbayJSON
import Synchronization

/// What workflows call in these tests: keeps what comes, and answers as it is told.
final class Receiver: Sendable {
    struct Received: Sendable {
        var path: String
        var authorization: String?
        var body: JSON
    }

    private struct State {
        var received: [Received] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var received: [Received] { state.withLock { $0.received } }

    /// Keeps requests without an answer until `release`.
    func hold() { state.withLock { $0.isHolding = true } }

    func release() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Returns once so many requests have come.
    func hasReceived(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.received.count < count { state.waiters.append((count, continuation)) }
                return state.received.count >= count
            }
            if isThere { continuation.resume() }
        }
    }

    /// Listens on a free port of 127.0.0.1 for the time of `body`, which is given the address.
    func listen(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let router = Router()
        router.post("**") { request, _ in try await self.answer(request) }
        try await router.listen(end: release, body)
    }

    private func answer(_ request: Request) async throws -> Response {
        let buffer = try await request.body.collect(upTo: 1 << 20)
        let received = Received(
            path: request.uri.path, authorization: request.headers[.authorization],
            body: (try? JSON(parsing: Array(buffer.readableBytesView))) ?? .null)
        let (ready, mustWait) = state.withLock { state in
            state.received.append(received)
            let ready = state.waiters.filter { $0.count <= state.received.count }
            state.waiters.removeAll { $0.count <= state.received.count }
            return (ready, state.isHolding)
        }
        for waiter in ready { waiter.continuation.resume() }
        if mustWait {
            await withCheckedContinuation { continuation in
                let isHeld = state.withLock { state in
                    if state.isHolding { state.held.append(continuation) }
                    return state.isHolding
                }
                if !isHeld { continuation.resume() }
            }
        }
        // The secret comes back in the answer, as careless services do.
        let echo: JSON = ["authorization": received.authorization.map(JSON.string) ?? .null, "body": received.body]
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: echo.bytes())))
    }
}
