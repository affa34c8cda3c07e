import PatchbayCore
import PatchbayJSON

/// `{"type": "schedule", "config": {"cron": "30 9 * * MON-FRI", "zone": "Europe/Berlin"}}`, or `every`, or `at`.
enum ScheduleNode {
    static let schema = KindSchema(
        "Schedule", "Starts runs when it is time: by cron, at an interval, or once.",
        members: ScheduleSpec.members + TriggerData.members, oneOf: ScheduleSpec.kinds, rules: ScheduleSpec.rules,
        example: [
            "id": "mornings", "type": "schedule",
            "config": [
                "cron": "30 9 * * MON-FRI", "zone": "Europe/Berlin", "missed": "once", "input": ["report": "daily"],
            ],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        _ = ScheduleSpec(reading: &reader, zones: context.zones)
        TriggerData.read(&reader)
        reader.refuseUnknown(known: schema.names)
        context.problems += reader.problems
        return .trigger(kind: node.kind.rawValue)
    }
}
