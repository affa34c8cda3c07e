import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// Alerts and their events as rows.
enum AlertRows {
    static let columns = """
        tenant_id, alert_id, name, workflow_id, tag, condition, targets, quiet_ms, is_enabled, version, since, state, value, \
        judged_at, created_at, updated_at
        """

    static func rule(_ row: PostgresRow) throws -> AlertRule {
        guard let condition = AlertCondition(try row.document("condition")) else {
            throw StorageError(description: "column condition holds what this version does not know")
        }
        let workflow: WorkflowID? = try row.optionalID("workflow_id")
        let tag = try row.present("tag", row.text)
        let draft = AlertDraft(
            name: try row.text("name"), scope: workflow.map { .workflow($0) } ?? tag.map { .tag($0) } ?? .all,
            condition: condition, targets: try targets(row), quiet: try row.int("quiet_ms"))
        return AlertRule(
            id: try row.id("alert_id"), tenant: try row.id("tenant_id"), draft: draft,
            isEnabled: try row.bool("is_enabled"), version: try row.number("version"), since: try row.moment("since"),
            state: AlertState(try row.document("state")), value: try row.present("value", row.int),
            judgedAt: try row.optionalMoment("judged_at"), createdAt: try row.moment("created_at"),
            updatedAt: try row.moment("updated_at"))
    }

    private static func targets(_ row: PostgresRow) throws -> [AlertTarget] {
        try (row.document("targets").array ?? []).map { stored in
            var reader = MemberReader(stored.object ?? [:], at: "", subject: "the target")
            guard let target = AlertTarget(reading: &reader), reader.problems.isEmpty else {
                throw StorageError(description: "column targets holds what this version does not know")
            }
            return target
        }
    }

    static func parameters(of draft: AlertDraft) -> [PostgresValue] {
        [
            .words(draft.name), .optional(draft.scope.workflow, PostgresValue.id),
            .optional(draft.scope.tag, PostgresValue.words), .document(draft.condition.json),
            .document(.array(draft.targets.map(\.json))), .int(draft.quiet),
        ]
    }

    static func event(_ row: PostgresRow) throws -> AlertEvent {
        AlertEvent(
            id: try row.id("event_id"), alert: try row.id("alert_id"), at: try row.moment("at"),
            kind: try row.word("kind"), value: try row.present("value", row.int), unheard: try row.number("unheard"),
            runs: (try row.document("runs").array ?? []).compactMap { $0.string.flatMap { RunID($0) } },
            messages: (try row.document("messages").array ?? []).compactMap(message))
    }

    private static func message(_ stored: JSON) -> AlertEvent.Message? {
        guard let key = stored["key"]?.string, let recipient = stored["to"]?.string,
            let channel = stored["channel"]?.string.flatMap(NewNotice.Channel.init)
        else { return nil }
        return AlertEvent.Message(key: key, channel: channel, recipient: recipient)
    }

    /// An event that is known stays as it is.
    static let insertEvents = """
        insert into alert_events (tenant_id, event_id, alert_id, at, kind, value, unheard, runs, messages)
        select * from unnest(
            $1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::bigint[], $7::bigint[], $8::json[],
            $9::json[])
        on conflict (tenant_id, event_id) do nothing
        """

    static func columns(of events: [(tenant: TenantID, event: AlertEvent)]) -> [PostgresValue] {
        [
            .array(.uuid, events.map { .id($0.tenant) }), .array(.uuid, events.map { .id($0.event.id) }),
            .array(.uuid, events.map { .id($0.event.alert) }), .array(.timestamp, events.map { .moment($0.event.at) }),
            .array(.text, events.map { .word($0.event.kind) }),
            .array(.int, events.map { .optional($0.event.value, PostgresValue.int) }),
            .array(.int, events.map { .number($0.event.unheard) }),
            .array(
                .json,
                events.map { .document(.array($0.event.runs.map { .string($0.description) })) }),
            .array(.json, events.map { .document(.array($0.event.messages.map(stored))) }),
        ]
    }

    private static func stored(_ message: AlertEvent.Message) -> JSON {
        [
            "key": .string(message.key), "channel": .string(message.channel.rawValue),
            "to": .string(message.recipient),
        ]
    }

    /// Notices of several tenants; those whose key is there are passed over.
    static let insertNotices = """
        insert into notices (tenant_id, key, channel, recipient, data, due_at, created_at)
        select n.tenant_id, n.key, n.channel, n.recipient, n.data, n.at, n.at
        from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::json[], $6::timestamptz[])
            as n (tenant_id, key, channel, recipient, data, at)
        on conflict do nothing
        """

    static func columns(
        of notices: [(tenant: TenantID, notice: NewNotice)], at moment: Timestamp
    ) -> [PostgresValue] {
        [
            .array(.uuid, notices.map { .id($0.tenant) }), .array(.text, notices.map { .words($0.notice.key) }),
            .array(.text, notices.map { .word($0.notice.channel) }),
            .array(.text, notices.map { .words($0.notice.recipient) }),
            .array(.json, notices.map { .document($0.notice.data) }),
            .array(.timestamp, notices.map { _ in .moment(moment) }),
        ]
    }
}
