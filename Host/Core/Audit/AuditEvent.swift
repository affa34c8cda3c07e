package import PatchbayJSON

package enum AuditEventTag: IdentifierTag { package static let prefix = "aud" }
package typealias AuditEventID = Identifier<AuditEventTag>

/// One thing that somebody did, tried or was refused. Holds no secret: what goes into `changes` and `details` are names, ids,
/// counts and settings that anybody may see who may see the thing.
package struct AuditEvent: Sendable, Equatable {
    package enum Outcome: String, Sendable, CaseIterable {
        case success
        /// It was not allowed, and not done.
        case refused
        /// It was tried and went wrong; for a change that ended in an error of the host's own, it may have been done.
        case failed
    }

    /// What it happened to.
    package struct Resource: Sendable, Equatable {
        /// `workflow`, `run`, `credential`, …
        package var kind: String
        /// An id, or a name where things of this kind are known by names.
        package var id: String

        package init(_ kind: String, _ id: String) {
            self.kind = kind
            self.id = id
        }
    }

    /// Where a request came from; all of it is what the other side says, except the address.
    package struct Origin: Sendable, Equatable {
        package var address: String?
        package var agent: String?
        package var requestID: String?

        package init(address: String? = nil, agent: String? = nil, requestID: String? = nil) {
            self.address = address
            self.agent = agent
            self.requestID = requestID
        }
    }

    package var id: AuditEventID
    /// Whose log it belongs to; nil: the installation's own.
    package var tenant: TenantID?
    package var at: Timestamp
    package var actor: AuditActor
    package var action: AuditAction
    package var outcome: Outcome
    package var resource: Resource?
    package var origin: Origin
    /// By field: `{"old", "new"}`.
    package var changes: JSONObject
    package var details: JSONObject

    package init(
        _ action: AuditAction, _ outcome: Outcome = .success, by actor: AuditActor, in tenant: TenantID?,
        at moment: Timestamp, on resource: Resource? = nil, from origin: Origin = Origin(), changes: JSONObject = [:],
        details: JSONObject = [:]
    ) {
        id = .new(at: moment)
        self.tenant = tenant
        at = moment
        self.actor = actor
        self.action = action
        self.outcome = outcome
        self.resource = resource
        self.origin = origin
        self.changes = changes
        self.details = details
    }
}

extension AuditEvent {
    /// Bytes of what others choose.
    private static let longestWord = 200

    /// The event as it stands in a chain, in the form of the product's requirements (section 11.5), with what they lack:
    /// which chain and which place in it, who acted when it was no account, and what came of it.
    package func content(at sequence: Int) -> JSON {
        [
            "timestamp": .string(at.description), "event": .string(action.rawValue),
            "tenant_id": Self.text(tenant?.description), "user_id": Self.text(actor.account?.description),
            "resource_id": Self.text(resource?.id), "resource_type": Self.text(resource?.kind),
            "ip_address": Self.text(origin.address), "user_agent": Self.text(origin.agent),
            "request_id": Self.text(origin.requestID), "changes": .object(changes), "details": .object(details),
            "outcome": .string(outcome.rawValue), "actor": actor.json, "id": .string(id.description),
            "sequence": .int(Int64(sequence)),
        ]
    }

    private static func text(_ text: String?) -> JSON {
        guard let text, !text.isEmpty else { return .null }
        return .string(text.shortened(to: longestWord))
    }
}
