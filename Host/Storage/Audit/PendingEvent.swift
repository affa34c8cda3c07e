import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// An event that stands in no chain yet, as it is kept beside what it tells about.
struct PendingEvent: Sendable {
    let id: AuditEventID
    /// The chain it belongs to.
    let tenant: TenantID
    let at: Timestamp
    /// Without its place in the chain.
    var content: JSONObject

    init(_ event: AuditEvent) {
        id = event.id
        tenant = event.tenant ?? .installation
        at = event.at
        content = event.content(at: 0).object ?? [:]
    }

    init(_ row: PostgresRow) throws {
        id = try row.id("event_id")
        tenant = try row.id("tenant_id")
        at = try row.moment("at")
        content = try row.document("content").object ?? [:]
    }

    /// tenant, event, time, content.
    static func columns(_ events: [PendingEvent]) -> [PostgresValue] {
        [
            .array(.uuid, events.map { .id($0.tenant) }), .array(.uuid, events.map { .id($0.id) }),
            .array(.timestamp, events.map { .moment($0.at) }),
            .array(.json, events.map { .document(.object($0.content)) }),
        ]
    }
}

extension PendingEvent {
    /// Starts of one workflow by one caller that are taken down one by one, of those that come together. More are a crowd.
    private static let mostSingle = 16

    private struct Crowd: Hashable {
        let tenant: TenantID
        let said: [JSON]

        init?(_ event: PendingEvent) {
            guard event.content["event"] == .string(AuditAction.runStarted.rawValue) else { return nil }
            tenant = event.tenant
            said =
                ["actor", "user_id", "ip_address", "user_agent", "outcome"].map { event.content[$0] ?? .null }
                + [event.content["details"]?["workflow_id"] ?? .null]
        }
    }

    /// The same events, but where one caller started many runs of a workflow at a time, one event for all of them, which
    /// names each: a chain of which a thousand links a second say the same serves nobody. Pure.
    static func gathered(_ events: [PendingEvent]) -> [PendingEvent] {
        let crowds = Dictionary(grouping: events.indices) { Crowd(events[$0]) }
            .filter { $0.key != nil && $0.value.count > mostSingle }
        guard !crowds.isEmpty else { return events }
        let members = Set(crowds.values.joined())
        let firsts = Dictionary(uniqueKeysWithValues: crowds.values.map { ($0[0], $0) })
        return events.indices.compactMap { index in
            if let crowd = firsts[index] { return one(of: crowd.map { events[$0] }) }
            return members.contains(index) ? nil : events[index]
        }
    }

    /// About their workflow, since the first of them.
    private static func one(of crowd: [PendingEvent]) -> PendingEvent {
        var one = crowd[0]
        let workflow = one.content["details"]?["workflow_id"] ?? .null
        one.content["resource_type"] = "workflow"
        one.content["resource_id"] = workflow
        one.content["request_id"] = .null
        one.content["details"] = [
            "workflow_id": workflow, "count": .int(Int64(crowd.count)),
            "until": crowd.last?.content["timestamp"] ?? .null,
            "runs": .array(crowd.map { $0.content["resource_id"] ?? .null }),
            "requests": .array(crowd.map { $0.content["request_id"] ?? .null }),
        ]
        return one
    }
}
