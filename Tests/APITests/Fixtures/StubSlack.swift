import PatchbayCore
import PatchbayJSON
import Synchronization

/// Slack's Web API as far as it says who somebody is; the workspace is T1.
final class StubSlack: TenantWebExchange {
    private struct State {
        /// Addresses by the ids of users.
        var users: [String: (team: String, address: String)] = [
            "U0ADA": ("T1", "ada@example.com"), "U0BOB": ("T1", "bob@example.com"), "U0EVE": ("T1", "eve@example.com"),
            "U0FAR": ("T9", "ada@example.com"),
        ]
        var isDown = false
        var calls = 0
    }

    private let state = Mutex(State())

    var calls: Int { state.withLock { $0.calls } }

    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    func exchange(_ request: WebRequest, for tenant: TenantID) async throws -> WebAnswer {
        let (users, isDown) = state.withLock { state in
            state.calls += 1
            return (state.users, state.isDown)
        }
        if isDown { throw WebFailure("no answer") }
        if request.url.hasSuffix("/auth.test") { return answer(["ok": true, "team_id": "T1"]) }
        let fields = FormFields(String(decoding: request.body, as: UTF8.self))?.fields ?? []
        guard let user = users[fields.first { $0.name == "user" }?.value ?? ""] else {
            return answer(["ok": false, "error": "user_not_found"])
        }
        return answer([
            "ok": true, "user": ["team_id": .string(user.team), "profile": ["email": .string(user.address)]],
        ])
    }

    private func answer(_ json: JSON) -> WebAnswer { WebAnswer(status: 200, body: json.bytes()) }
}

/// What people are to be told, which nobody sends.
final class MemoryNotices: NoticeStore {
    private let kept = Mutex<[NewNotice]>([])

    var all: [NewNotice] { kept.withLock { $0 } }

    func put(_ notices: [NewNotice], in tenant: TenantID, at now: Timestamp) async throws {
        kept.withLock { kept in
            for notice in notices where !kept.contains(where: { $0.key == notice.key }) { kept.append(notice) }
        }
    }

    func claim(at now: Timestamp, until: Timestamp, limit: Int) async throws -> [PendingNotice] { [] }
    func settle(_ notice: PendingNotice, at now: Timestamp) async throws {}
    func postpone(_ notice: PendingNotice, until: Timestamp?, because reason: String) async throws {}
    func forget(before moment: Timestamp) async throws -> Int { 0 }
}
