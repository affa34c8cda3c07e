import PatchbayCore
import PatchbayJSON

extension APIError {
    static func noSchedule(_ id: String) -> APIError {
        APIError(
            .scheduleNotFound, "There is no schedule with the id \(id.quoted).",
            details: ["schedule_id": .string(id.shortened(to: 80))])
    }

    static func inDocument(_ record: ScheduleRecord) -> APIError {
        APIError(
            .scheduleInDocument,
            "The schedule stands in its workflow's document, as the node \((record.node ?? "").quoted). Change it there; it "
                + "can be paused here.",
            details: [
                "schedule_id": .string(record.id.description), "workflow_id": .string(record.workflow.description),
            ])
    }
}
