import PatchbayCore
import PatchbayExpressions
import PatchbayJSON
import PatchbaySchemas

/// `{"type": "human", "config": {"title": "…", "assignees": ["ada@example.com", "role:admin"], "timeout": "48h"}}`
enum HumanNode {
    private static let names = ["notify", "remind", "reassign", "decide", "action"]
    private static let mostOptions = 20
    private static let mostSteps = 20
    private static let most: ClosedRange<Int64> = 1...Int64(HumanTask.mostPeople)
    /// What is evaluated when the step starts.
    private static let evaluated = ["title", "details", "payload", "assignees", "requester", "escalation"]

    private static let people = ValueShape.either([
        .array(of: .text(limit: 10_000), count: most), .template,
    ])

    static let schema = KindSchema(
        "Human task", "Asks people, and goes on with what they decide; nothing is kept in memory meanwhile.",
        members: [
            MemberSchema(
                "title", "Title", "What it is about, on one line; the node's id when absent.",
                .text(limit: 10_000), examples: ["Access to {{ trigger.body.system }}"]),
            MemberSchema("details", "Details", "More about it, in plain text.", .text(limit: 20_000)),
            MemberSchema(
                "payload", "Payload",
                "What is decided about; shown to those who decide, and kept with their decisions.",
                .anything, standard: "{{ trigger.body }}"),
            MemberSchema(
                "assignees", "Assignees",
                "Who is asked: addresses, `role:` with a role, `group:` with one of the "
                    + "tenant's own roles; or an expression that gives a list of them.", people, required: true,
                examples: [["ada@example.com", "role:admin"]]),
            MemberSchema(
                "options", "Options", "What can be decided, each a port; approved and rejected when absent.",
                .array(of: .members(options), count: 1...Int64(mostOptions)),
                examples: [[["label": "Approve", "value": "approved", "style": "success"]]]),
            MemberSchema(
                "form", "Form", "A JSON Schema (draft 2020-12) of what a decision comes with.",
                ValueShape(["type": ["object", "boolean"]])),
            MemberSchema(
                "timeout", "Time limit",
                "How long the task is open; then the run goes on at port \"timeout\", or the "
                    + "step fails where no edge leads there. At most 90d.", .timeout,
                standard: .string(DurationText.text(HumanTask.standardTimeout)), examples: ["48h"]),
            MemberSchema(
                "escalation", "Escalation", "What happens when nobody has decided for some time.",
                .array(of: .members(steps, rules: [MemberRule.oneOf(names)]), count: 0...Int64(mostSteps)),
                examples: [[["after": "24h", "notify": ["boss@example.com"]]]]),
            MemberSchema(
                "quorum", "Quorum", "How many have to choose the same option: `any`, `all`, or a number.",
                .either([.oneOf(["any", "all"]), .integer(most)]), standard: "any"),
            MemberSchema(
                "requester", "Requester", "The address of who wants it.", .text(limit: 10_000),
                examples: ["{{ trigger.body.email }}"]),
            MemberSchema(
                "requester_may_not_approve", "Requester may not approve", "Whether the requester takes no part.", .bool,
                standard: false),
            MemberSchema("mail", "Letters", "Whether those who are asked get letters.", .bool, standard: true),
            slackMember,
        ],
        rules: [
            [
                "if": [
                    "properties": ["requester_may_not_approve": ["const": true]],
                    "required": ["requester_may_not_approve"],
                ], "then": MemberRule.needs("requester"),
            ]
        ],
        example: [
            "id": "approve", "type": "human",
            "config": [
                "title": "Access to {{ trigger.body.system }}", "assignees": ["ada@example.com"], "timeout": "48h",
                "escalation": [["after": "24h", "notify": ["boss@example.com"]]],
            ],
        ])

    private static let options = [
        MemberSchema("label", "Label", "What people see; the value when absent.", .text(limit: 75)),
        MemberSchema(
            "value", "Value", "The port.",
            .text(limit: 64).and(["not": ["enum": [.string(HumanTask.timeoutPort), .string(FailureStrategy.port)]]]),
            required: true, examples: ["approved"]),
        MemberSchema("style", "Style", "How it looks.", .words(HumanTask.Option.Style.self), standard: "neutral"),
        MemberSchema(
            "rejects", "Refusal",
            "Whether it refuses, so that it needs no quorum; true for the style \"danger\" when "
                + "absent.", .bool),
    ]

    private static let steps = [
        MemberSchema(
            "after", "After", "How long after the task was opened.", .timeout, required: true, examples: ["24h"]),
        MemberSchema("notify", "Notify", "Others who are told.", people),
        MemberSchema("remind", "Remind", "Those who are asked are told again.", ValueShape(["const": true])),
        MemberSchema("reassign", "Reassign", "Others who are asked instead.", people),
        MemberSchema("decide", "Decide", "The value of the option that it is decided with.", .text(limit: 64)),
        MemberSchema(
            "action", "Action",
            "`auto_reject` decides with the first option that refuses, `auto_approve` with the first "
                + "that does not.", .words(Automatic.self)),
    ]

    private enum Automatic: String, CaseIterable {
        case reject = "auto_reject"
        case approve = "auto_approve"
    }

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        reader.refuseUnknown(known: schema.names)
        _ = (reader.text("title", limit: 10_000), reader.text("details", limit: 20_000))
        checkPeople("assignees", &reader, required: true)
        let options = readOptions(&reader)
        checkForm(&reader)
        let timeout = reader.duration("timeout")
        if let timeout, !(1...HumanTask.longestTimeout).contains(timeout) {
            reader.report(
                "bad-duration", at: "timeout",
                "\"timeout\" of \(reader.subject) must be more than 0 and at most "
                    + DurationText.text(HumanTask.longestTimeout))
        }
        let steps = readSteps(&reader, options ?? [])
        let quorum = readQuorum(&reader)
        let excludes = reader.bool("requester_may_not_approve") ?? false
        let requester = reader.text("requester", limit: 10_000)
        if excludes, requester == nil {
            reader.report(
                "missing-member", "\(reader.subject) has \"requester_may_not_approve\" and lacks \"requester\"",
                hint: "write who wants it, such as \"{{ trigger.body.email }}\"")
        }
        let mail = reader.bool("mail") ?? true
        let slack = readSlack(&reader, context.credentials)
        let template = compile(&reader, node, &context)
        context.problems += reader.problems
        context.ports[node.id] = (options ?? HumanTask.yesNo).map(\.value) + [HumanTask.timeoutPort]
        guard let options, let steps, let template, reader.problems.isEmpty else { return nil }
        return .human(
            PlannedHuman(
                template: template, options: options, form: reader.object["form"],
                timeout: timeout ?? HumanTask.standardTimeout, steps: steps, quorum: quorum,
                excludesRequester: excludes, sendsMail: mail, slack: slack))
    }

    /// All that has expressions, at once and where it stands, so that their problems are told with the right place.
    private static func compile(
        _ reader: inout MemberReader, _ node: WorkflowNode, _ context: inout PlanningContext
    ) -> CompiledValue? {
        var object = JSONObject()
        for member in reader.object where evaluated.contains(member.name) { object[member.name] = member.value }
        if object["payload"] == nil { object["payload"] = "{{ trigger.body }}" }
        return context.compile(.object(object), of: node, at: reader.pointer)
    }

    /// An array of texts, or one expression. What has no expression in it is checked here, the rest when the step starts.
    private static func checkPeople(_ name: String, _ reader: inout MemberReader, required: Bool = false) {
        if case .string(let text)? = reader.object[name] {
            if !text.contains("{{") {
                reader.report(
                    "wrong-type", at: name, "\(name.quoted) of \(reader.subject) must be an array, or an expression",
                    hint: "write [\(text.quoted)]")
            }
            return
        }
        guard let list = reader.array(name, required: required) else { return }
        if !most.contains(Int64(list.count)) {
            reader.report(
                "bad-value", at: name,
                "\(name.quoted) of \(reader.subject) names \(list.count), and may name 1 to \(most.upperBound)")
        }
        for item in list.prefix(Int(most.upperBound)) {
            guard let text = item.string else {
                reader.report("wrong-type", at: name, "\(name.quoted) of \(reader.subject) must hold strings only")
                continue
            }
            guard !text.contains("{{"), Assignee(text) == nil else { continue }
            reader.report(
                "bad-value", at: name, "\(text.shortened(to: 100).quoted) is nobody who could be asked",
                hint: "write an address, \"role:\" and one of "
                    + "\(Role.allCases.map(\.rawValue).joined(separator: ", ")), or \"group:\" and a role of the tenant's"
            )
        }
    }

    private static func checkForm(_ reader: inout MemberReader) {
        guard let form = reader.object["form"] else { return }
        do throws(SchemaError) {
            _ = try Schema(form)
        } catch {
            reader.report(
                "bad-schema", at: "form", "\"form\" of \(reader.subject) is no JSON Schema: \(error)",
                hint: "write one of draft 2020-12, such as {\"type\": \"object\", \"properties\": {…}}")
        }
    }

    private static func readOptions(_ reader: inout MemberReader) -> [HumanTask.Option]? {
        guard reader.object["options"] != nil else { return HumanTask.yesNo }
        guard let list = reader.array("options") else { return nil }
        if !(1...mostOptions).contains(list.count) {
            reader.report(
                "bad-value", at: "options",
                "\(reader.subject) has \(list.count) options, and may have 1 to \(mostOptions)")
        }
        var read: [HumanTask.Option] = []
        for (index, json) in list.prefix(mostOptions).enumerated() {
            guard case .object(let object) = json else {
                reader.report(
                    "wrong-type", at: "options", "option \(index) must be an object, and this is \(json.article)")
                continue
            }
            var inner = MemberReader(
                object, at: reader.pointer(to: "options") + "/\(index)", of: reader.node,
                subject: "option \(index) of \(reader.subject)")
            inner.refuseUnknown(known: options.map(\.name))
            let value = inner.text("value", required: true, limit: 64)
            let label = inner.text("label", limit: 75)
            let style = inner.word("style", of: HumanTask.Option.Style.self) ?? .neutral
            let rejects = inner.bool("rejects") ?? (style == .danger)
            if let value, [HumanTask.timeoutPort, FailureStrategy.port].contains(value) {
                inner.report(
                    "bad-value", at: "value", "the port \(value.quoted) is there already", hint: "give it another value"
                )
            } else if let value, read.contains(where: { $0.value == value }) {
                inner.report("bad-value", at: "value", "two options have the value \(value.quoted)")
            }
            reader.adopt(inner.problems)
            guard let value else { continue }
            read.append(HumanTask.Option(label: label ?? value, value: value, style: style, rejects: rejects))
        }
        return read.count == list.count ? read : nil
    }

    private static func readQuorum(_ reader: inout MemberReader) -> HumanTask.Quorum {
        switch reader.object["quorum"] {
        case nil, .string("any"): return .any
        case .string("all"): return .all
        case .int, .uint: return .count(Int(reader.integer("quorum", in: most) ?? 1))
        case let other?:
            reader.report(
                "bad-value", at: "quorum",
                "\"quorum\" of \(reader.subject) must be \"any\", \"all\" or a number, and this is \(other.article)")
            return .any
        }
    }

    // MARK: Escalation

    private static func readSteps(
        _ reader: inout MemberReader, _ options: [HumanTask.Option]
    ) -> [PlannedHuman.Step]? {
        guard reader.object["escalation"] != nil else { return [] }
        guard let list = reader.array("escalation") else { return nil }
        if list.count > mostSteps {
            reader.report(
                "bad-value", at: "escalation",
                "\(reader.subject) has \(list.count) escalation steps, and may have \(mostSteps)")
        }
        var read: [PlannedHuman.Step] = []
        for (index, json) in list.prefix(mostSteps).enumerated() {
            guard case .object(let object) = json else {
                reader.report(
                    "wrong-type", at: "escalation", "step \(index) must be an object, and this is \(json.article)")
                continue
            }
            var inner = MemberReader(
                object, at: reader.pointer(to: "escalation") + "/\(index)", of: reader.node,
                subject: "step \(index) of the escalation of \(reader.subject)")
            if let step = readStep(&inner, index, options) { read.append(step) }
            reader.adopt(inner.problems)
        }
        return read.count == list.count ? read.sorted { $0.after < $1.after } : nil
    }

    private static func readStep(
        _ reader: inout MemberReader, _ index: Int, _ options: [HumanTask.Option]
    ) -> PlannedHuman.Step? {
        reader.refuseUnknown(known: steps.map(\.name))
        let after = reader.duration("after")
        if after == nil, reader.object["after"] == nil {
            reader.report(
                "missing-member", "\(reader.subject) lacks \"after\"", hint: "write a duration such as \"24h\"")
        }
        if after == 0 { reader.report("bad-duration", at: "after", "\"after\" of \(reader.subject) must not be 0") }
        let given = names.filter { reader.object[$0] != nil }
        guard given.count == 1 else {
            reader.report(
                "missing-member",
                "\(reader.subject) needs one of \(names.map(\.quoted).joined(separator: ", ")), and has \(given.count)",
                hint: "write \"notify\": [\"boss@example.com\"]")
            return nil
        }
        guard let action = readAction(given[0], &reader, options), let after, after > 0 else { return nil }
        return PlannedHuman.Step(after: after, action: action, place: index)
    }

    private static func readAction(
        _ name: String, _ reader: inout MemberReader, _ options: [HumanTask.Option]
    ) -> PlannedHuman.Step.Action? {
        switch name {
        case "notify":
            checkPeople(name, &reader)
            return .notify
        case "reassign":
            checkPeople(name, &reader)
            return .reassign
        case "remind":
            if reader.bool("remind") == false {
                reader.report("bad-value", at: "remind", "\"remind\" of \(reader.subject) must be true, or absent")
            }
            return .remind
        case "decide":
            guard let value = reader.text("decide", limit: 64) else { return nil }
            return decide(options.first { $0.value == value }, at: name, &reader)
        default:
            guard let word = reader.word("action", of: Automatic.self) else { return nil }
            return decide(options.first { $0.rejects == (word == .reject) }, at: name, &reader)
        }
    }

    private static func decide(
        _ option: HumanTask.Option?, at name: String, _ reader: inout MemberReader
    ) -> PlannedHuman.Step.Action? {
        if let option { return .decide(option.value) }
        reader.report(
            "bad-value", at: name, "\(name.quoted) of \(reader.subject) fits none of the node's options",
            hint: "name the value of one of them in \"decide\"")
        return nil
    }
}
