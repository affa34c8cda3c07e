import PatchbayCore
import PatchbayJSON
import Synchronization

/// What a handler knows of what it does and the path does not say, for the event of its request. Holds nothing that the log
/// must not.
final class AuditNote: Sendable {
    struct Content: Sendable {
        var resource: AuditEvent.Resource?
        /// Who acted, where the request came from nobody that the gate knew.
        var actor: AuditActor?
        /// Whose chains it belongs to, where it is not the caller's.
        var tenants: [TenantID]?
        var changes: JSONObject = [:]
        var details: JSONObject = [:]
        /// Whether it is taken down although nothing was done: somebody else said no.
        var isRefused = false
    }

    private let content = Mutex(Content())
    private let isClaimed = Mutex(false)

    var all: Content { content.withLock { $0 } }

    /// What the request made, or is about.
    func name<Tag>(_ kind: String, _ id: Identifier<Tag>) { name(kind, id.description) }

    func name(_ kind: String, _ id: String) { content.withLock { $0.resource = AuditEvent.Resource(kind, id) } }

    func act(as actor: AuditActor, in tenants: [TenantID]) {
        content.withLock {
            $0.actor = actor
            $0.tenants = tenants
        }
    }

    /// Whether nobody has taken the request down yet. Whoever asks does so.
    func claim() -> Bool {
        isClaimed.withLock { isClaimed in
            defer { isClaimed = true }
            return !isClaimed
        }
    }

    func refuse(_ code: APIError.Code) {
        content.withLock {
            $0.isRefused = true
            $0.details["code"] = .string(code.rawValue)
        }
    }

    func detail(_ name: String, _ value: JSON) { content.withLock { $0.details[name] = value } }

    /// A field that is another than before; one that is the same is left out.
    func change(_ field: String, from old: JSON, to new: JSON) {
        guard old != new else { return }
        content.withLock { $0.changes[field] = ["old": old, "new": new] }
    }
}
