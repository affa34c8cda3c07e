import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "wait", "config": {"duration": "5m"}}`, or `until` a time, or for an `event`.
enum WaitNode {
    private static let longestText = 10_000
    private static let kinds = ["duration", "until", "event"]
    private static let ofEvents = ["match", "key", "timeout"]

    static let schema = KindSchema(
        "Wait", "Lets time pass, or waits for an event; nothing is kept in memory meanwhile.",
        members: [
            MemberSchema(
                "duration", "Duration", "How long; a duration, or an expression that gives one.",
                .either([.duration, .template]), examples: ["5m", "1h30m"]),
            MemberSchema(
                "until", "Until", "Until when: a time of RFC 3339, or an expression that gives one.",
                .either([
                    ValueShape([
                        "type": "string", "format": "date-time",
                        "pattern": #"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}"#,
                    ]), .template,
                ]), examples: ["2026-01-12T10:05:00Z", "{{ trigger.body.due }}"]),
            MemberSchema(
                "event", "Event", "The name of an event that somebody sends to the run.", .text(limit: longestText),
                examples: ["payment"]),
            MemberSchema(
                "match", "Match", "Members that the event's payload has to have.", .object,
                examples: [["order": "{{ trigger.body.order }}"]]),
            MemberSchema(
                "key", "Key",
                "With a key, events for all runs of the tenant are heard too: those of this name and key.",
                .text(limit: longestText), examples: ["order-{{ trigger.body.order }}"]),
            MemberSchema(
                "timeout", "Time limit", "How long the event is waited for; then the step fails.", .timeout,
                standard: .string(DurationText.text(PlannedWait.longestForEvent)), examples: ["2d"]),
        ],
        oneOf: kinds,
        rules: ["duration", "until"].map { MemberRule.with($0, excludes: ofEvents) },
        example: [
            "id": "paid", "type": "wait",
            "config": ["event": "payment", "match": ["order": "{{ trigger.body.order }}"], "timeout": "2d"],
        ])

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        let given = kinds.filter { reader.object[$0] != nil }
        if given.count != 1 {
            reader.report(
                "missing-member",
                "\(reader.subject) needs one of \"duration\", \"until\" and \"event\", and has \(given.count)",
                hint: "write \"duration\": \"5m\", \"until\": a time, or \"event\": a name")
        }
        reader.refuseUnknown(known: schema.names)
        let until: PlannedWait.Until?
        switch given.count == 1 ? given[0] : nil {
        case "duration": until = duration(node, &reader, &context)
        case "until": until = moment(node, &reader, &context)
        case "event": until = event(node, &reader, &context)
        default: until = nil
        }
        if given.first != "event" {
            for name in ofEvents where reader.object[name] != nil {
                reader.report(
                    "unknown-member", at: name, "\(name.quoted) has a meaning with \"event\" only", hint: "remove it")
            }
        }
        context.problems += reader.problems
        return until.map { .wait(PlannedWait(until: $0)) }
    }

    private static func text(
        _ name: String, _ node: WorkflowNode, _ reader: inout MemberReader, _ context: inout PlanningContext
    ) -> CompiledValue? {
        guard reader.text(name, required: true, limit: longestText) != nil, let json = reader.object[name] else {
            return nil
        }
        return context.compile(json, of: node, at: reader.pointer(to: name))
    }

    private static func duration(
        _ node: WorkflowNode, _ reader: inout MemberReader, _ context: inout PlanningContext
    ) -> PlannedWait.Until? {
        let value = text("duration", node, &reader, &context)
        if value?.isConstant == true { _ = reader.duration("duration") }
        return value.map { .duration($0) }
    }

    private static func moment(
        _ node: WorkflowNode, _ reader: inout MemberReader, _ context: inout PlanningContext
    ) -> PlannedWait.Until? {
        let value = text("until", node, &reader, &context)
        if value?.isConstant == true, let text = reader.object["until"]?.string, Timestamp(text) == nil {
            reader.report(
                "bad-value", at: "until", "\(text.quoted) is no time",
                hint: "write RFC 3339, such as \"2026-01-12T10:05:00Z\", or an expression that gives it")
        }
        return value.map { .moment($0) }
    }

    private static func event(
        _ node: WorkflowNode, _ reader: inout MemberReader, _ context: inout PlanningContext
    ) -> PlannedWait.Until? {
        let name = text("event", node, &reader, &context)
        let match = reader.object("match")
        let key = reader.object["key"] == nil ? nil : text("key", node, &reader, &context)
        let timeout = reader.duration("timeout")
        if timeout == 0 {
            reader.report("bad-duration", at: "timeout", "the time-out of \(reader.subject) must not be 0")
        }
        let compiled = match.map { context.compile(.object($0), of: node, at: reader.pointer(to: "match")) }
        guard let name, (reader.object["match"] == nil) == (compiled == nil),
            (reader.object["key"] == nil) == (key == nil)
        else { return nil }
        if let compiled, compiled == nil { return nil }
        return .event(
            name: name, match: compiled ?? nil, key: key, timeout: timeout ?? PlannedWait.longestForEvent)
    }
}
