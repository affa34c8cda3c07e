import HTTPTypes
import HostFixture
import Hummingbird
import NIOCore
import PatchbayJSON
import Synchronization

/// GitHub's webhooks of repositories, as its REST API has them.
final class StandInGitHub: Sendable {
    struct Hook: Sendable {
        var repository: String
        var body: JSON
        /// Where it sends: the path below the host's address.
        var path: String { (body["config"]?["url"]?.string ?? "").replacing("https://patchbay.example", with: "") }
        var secret: String { body["config"]?["secret"]?.string ?? "" }
    }

    private struct State {
        var hooks: [Int64: Hook] = [:]
        var made: Int64 = 0
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
        var refusal: Int?
    }

    static let token = "github_pat_system"

    private let state = Mutex(State())

    var hooks: [Hook] { state.withLock { state in state.hooks.sorted { $0.key < $1.key }.map(\.value) } }
    /// How often one was made, whatever became of it.
    var made: Int64 { state.withLock { $0.made } }

    /// What requests are refused with from now on; nil: they are not.
    func refuse(with status: Int?) { state.withLock { $0.refusal = status } }

    /// Makes what is asked for from now on, and keeps whoever asked waiting until `release`.
    func hold() { state.withLock { $0.isHolding = true } }

    func release() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Listens on a free port of 127.0.0.1 for the time of `body`, which is given the address.
    func listen(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let router = Router()
        let hooks = "/repos/:owner/:repo/hooks"
        router.get("\(hooks)") { request, context in try await self.answer(request, context) }
        router.post("\(hooks)") { request, context in try await self.answer(request, context) }
        router.patch("\(hooks)/:id") { request, context in try await self.answer(request, context) }
        router.delete("\(hooks)/:id") { request, context in try await self.answer(request, context) }
        try await router.listen(end: release, body)
    }

    private func answer(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        guard request.headers[.authorization] == "Bearer \(Self.token)" else {
            return Self.response(401, ["message": "Bad credentials"])
        }
        let place = context.parameters
        let repository = "\(place.get("owner") ?? "")/\(place.get("repo") ?? "")"
        let text = try await request.body.collect(upTo: 1 << 20)
        let body = try? JSON(parsing: Array(buffer: text))
        let id = place.get("id").flatMap { Int64($0) }
        let response = state.withLock { state -> Response in
            if let refusal = state.refusal { return Self.response(refusal, ["message": "Not now"]) }
            switch request.method {
            case .get:
                let own = state.hooks.filter { $0.value.repository == repository }.sorted { $0.key < $1.key }
                return Self.response(200, .array(own.map { Self.shown($0.key, $0.value) }))
            case .post:
                state.made += 1
                state.hooks[state.made] = Hook(repository: repository, body: body ?? .null)
                return Self.response(201, Self.shown(state.made, state.hooks[state.made]!))
            default:
                guard let id, let hook = state.hooks[id], hook.repository == repository else {
                    return Self.response(404, ["message": "Not Found"])
                }
                guard request.method == .patch else {
                    state.hooks[id] = nil
                    return Response(status: .noContent)
                }
                state.hooks[id] = Hook(repository: repository, body: body ?? .null)
                return Self.response(200, Self.shown(id, state.hooks[id]!))
            }
        }
        await withCheckedContinuation { continuation in
            let mustWait = state.withLock { state in
                guard state.isHolding, request.method == .post else { return false }
                state.held.append(continuation)
                return true
            }
            if !mustWait { continuation.resume() }
        }
        return response
    }

    /// The secret is not told again.
    private static func shown(_ id: Int64, _ hook: Hook) -> JSON {
        let config: JSON = [
            "url": hook.body["config"]?["url"] ?? .null, "content_type": "json", "insecure_ssl": "0",
            "secret": "********",
        ]
        return [
            "id": .int(id), "type": "Repository", "name": "web", "active": true,
            "events": hook.body["events"] ?? .null, "config": config,
        ]
    }

    private static func response(_ status: Int, _ body: JSON) -> Response {
        Response(
            status: HTTPResponse.Status(code: status), headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.bytes())))
    }
}
