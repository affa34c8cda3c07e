import PatchbayCore
import PatchbayJSON

extension AlertRule {
    enum Status: String, CaseIterable { case ok, firing, disabled }

    var etag: String { "\"\(version)\"" }

    var json: JSON {
        let status: Status = isEnabled ? (state.isFiring ? .firing : .ok) : .disabled
        return [
            "id": .string(id.description), "name": .string(draft.name),
            "workflow_id": draft.scope.workflow.map { .string($0.description) } ?? .null,
            "tag": draft.scope.tag.map(JSON.string) ?? .null, "condition": draft.condition.json,
            "notify": .array(draft.targets.map(\.json)), "quiet": .string(DurationText.text(draft.quiet)),
            "enabled": .bool(isEnabled), "status": .string(status.rawValue), "firing_since": .time(state.since),
            "quiet_until": .time(state.quietUntil), "value": value.map(JSON.int) ?? .null,
            "unit": .string(draft.condition.kind.unit.rawValue), "judged_at": .time(judgedAt),
            "version": .int(Int64(version)), "created_at": .string(createdAt.description),
            "updated_at": .string(updatedAt.description),
        ]
    }
}

extension AlertHistory {
    var json: JSON {
        [
            "id": .string(event.id.description), "event": .string(event.kind.rawValue),
            "at": .string(event.at.description), "value": event.value.map(JSON.int) ?? .null,
            "unheard": .int(Int64(event.unheard)),
            "run_ids": .array(event.runs.map { .string($0.description) }),
            "told": .bool(!event.messages.isEmpty), "notices": .array(deliveries.map(\.json)),
        ]
    }
}

extension AlertHistory.Delivery {
    fileprivate var json: JSON {
        [
            "channel": .string(message.channel.rawValue), "to": .string(message.recipient),
            "status": .string(status.rawValue), "attempts": .int(Int64(attempts)), "sent_at": .time(sentAt),
            "error": error.map(JSON.string) ?? .null,
        ]
    }
}
