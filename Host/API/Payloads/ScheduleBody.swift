import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// A schedule as a request brings it.
struct ScheduleBody {
    let workflow: String?
    let name: String?
    let node: String?
    let spec: JSON

    /// Throws all that is wrong with it.
    init(_ body: JSON, zones: any TimeZones, isNew: Bool) throws(APIError) {
        var members = try MemberReader(
            body: body, known: isNew ? ["workflow_id", "name", "node", "config"] : ["name", "node", "config"])
        workflow = isNew ? members.text("workflow_id", required: true) : nil
        name = members.text("name")
        node = members.text("node", limit: 64)
        let config = members.object("config", required: true)
        if let config {
            var reader = MemberReader(config, at: members.pointer(to: "config"), subject: "\"config\"")
            _ = ScheduleSpec(reading: &reader, zones: zones)
            reader.refuseUnknown(known: ScheduleSpec.names)
            members.adopt(reader.problems)
        }
        try members.check()
        spec = .object(config ?? [:])
    }
}
