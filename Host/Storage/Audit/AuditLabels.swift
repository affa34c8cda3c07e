import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// What an event is searched by.
struct AuditLabels: Equatable {
    var event: String
    var outcome: String
    var actor: String
    var account: String?
    var resourceType: String?
    var resourceID: String?

    /// As the event's content says it.
    init(_ content: JSON) {
        event = content["event"]?.string ?? ""
        outcome = content["outcome"]?.string ?? ""
        let actor = content["actor"]
        self.actor = actor?["id"]?.string ?? actor?["kind"]?.string ?? ""
        account = content["user_id"]?.string
        resourceType = content["resource_type"]?.string
        resourceID = content["resource_id"]?.string
    }

    /// As the columns say it.
    init(_ row: PostgresRow) throws {
        event = try row.text("event")
        outcome = try row.text("outcome")
        actor = try row.text("actor")
        account = try row.present("account", row.text)
        resourceType = try row.present("resource_type", row.text)
        resourceID = try row.present("resource_id", row.text)
    }

    /// As PostgreSQL can hold it.
    var stored: AuditLabels {
        var labels = self
        func stored(_ text: String) -> String {
            if case .text(let text) = PostgresValue.words(text) { text } else { text }
        }
        labels.event = stored(event)
        labels.outcome = stored(outcome)
        labels.actor = stored(actor)
        labels.account = account.map(stored)
        labels.resourceType = resourceType.map(stored)
        labels.resourceID = resourceID.map(stored)
        return labels
    }
}
