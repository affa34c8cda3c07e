package import PatchbayCore
import PatchbayPostgres

/// What came of alerts.
extension PostgresAlertStore {
    package func history(
        of id: AlertID, in tenant: TenantID, page: PageRequest
    ) async throws -> Page<AlertHistory> {
        let rows = try await pool.rows(
            Self.listEvents, [.id(tenant), .id(id), page.cursor(AlertEventTag.self), page.reach], in: tenant)
        let events = try page.page(of: rows) { row in
            let event = try AlertRows.event(row)
            return (event, event.id.description)
        }
        let known = try await deliveries(of: events.items.flatMap(\.messages), in: tenant)
        return Page(
            items: events.items.map { event in
                AlertHistory(event: event, deliveries: event.messages.compactMap { known[$0.key]?($0) })
            }, next: events.next)
    }

    private static let listEvents = """
        select event_id, alert_id, at, kind, value, unheard, runs, messages from alert_events
        where tenant_id = $1 and alert_id = $2 and ($3::uuid is null or event_id < $3)
        order by event_id desc limit $4
        """

    private func deliveries(
        of messages: [AlertEvent.Message], in tenant: TenantID
    ) async throws -> [String: (AlertEvent.Message) -> AlertHistory.Delivery] {
        guard !messages.isEmpty else { return [:] }
        let rows = try await pool.rows(
            Self.selectNotices, [.id(tenant), .array(.text, messages.map { .words($0.key) })], in: tenant)
        var known: [String: (AlertEvent.Message) -> AlertHistory.Delivery] = [:]
        for row in rows {
            let (status, attempts): (AlertHistory.Delivery.Status, Int) = try (
                row.word("state"), row.number("attempts")
            )
            let (sentAt, error) = try (row.optionalMoment("sent_at"), row.present("error", row.text))
            known[try row.text("key")] = {
                AlertHistory.Delivery(message: $0, status: status, attempts: attempts, sentAt: sentAt, error: error)
            }
        }
        return known
    }

    private static let selectNotices = """
        select key, state, attempts, sent_at, error from notices where tenant_id = $1 and key = any($2::text[])
        """

    package func put(_ event: AlertEvent, _ notices: [NewNotice], in tenant: TenantID) async throws {
        var statements = [PostgresStatement(AlertRows.insertEvents, AlertRows.columns(of: [(tenant, event)]))]
        if !notices.isEmpty {
            statements.append(
                PostgresStatement(
                    AlertRows.insertNotices, AlertRows.columns(of: notices.map { (tenant, $0) }, at: event.at)))
        }
        let wanted = statements
        try await pool.transaction(in: tenant) { connection in _ = try await connection.pipeline(wanted) }
    }
}
