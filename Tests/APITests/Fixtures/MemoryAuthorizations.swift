import PatchbayCore
import Synchronization

/// Authorisations that are under way, as the real store keeps them.
final class MemoryAuthorizations: AuthorizationStore {
    private let kept = Mutex<[PendingAuthorization]>([])

    func begin(_ pending: PendingAuthorization, at now: Timestamp) async throws {
        kept.withLock { $0.append(pending) }
    }

    func take(
        _ digest: [UInt8], in tenant: TenantID, at now: Timestamp
    ) async throws -> PendingAuthorization? {
        let found = kept.withLock { kept -> PendingAuthorization? in
            guard let index = kept.firstIndex(where: { $0.digest == digest && $0.tenant == tenant }) else { return nil }
            return kept.remove(at: index)
        }
        return found.flatMap { $0.expiresAt > now ? $0 : nil }
    }
}

/// A provider's endpoints that answer as a test says, and remember what they were sent.
final class StubProvider: WebExchange {
    private struct State {
        var requests: [WebRequest] = []
        var answer: WebAnswer?
    }

    private let state = Mutex(State())

    var requests: [WebRequest] { state.withLock { $0.requests } }
    var forms: [String] { requests.map { String(decoding: $0.body, as: UTF8.self) } }

    func answer(_ status: Int, _ body: String) {
        state.withLock { $0.answer = WebAnswer(status: status, body: Array(body.utf8)) }
    }

    func exchange(_ request: WebRequest) async throws -> WebAnswer {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answer
        }
        guard let answer else { throw WebFailure("nobody is there") }
        return answer
    }
}
