import PatchbayCore
import PatchbayExpressions
import PatchbayJSON

/// `{"type": "switch", "config": {"value": "{{ … }}", "cases": [{"port": "big", "equals": 1}, {"port": "odd", "if": "{{
/// … }}"}]}}`
enum SwitchNode {
    private static let counts: ClosedRange<Int64> = 1...100
    private static let taken = [PlannedChoice.fallback, FailureStrategy.port]
    private static let tests = ["if", "equals", "in"]

    static let schema = KindSchema(
        "Switch", "Goes on through the port of the first case that fits, or through the port \"default\".",
        members: [
            MemberSchema(
                "value", "Value", "What cases compare with, and the output.", .anything,
                examples: ["{{ trigger.body.country }}"]),
            MemberSchema(
                "cases", "Cases", "Tried in their order.",
                .array(
                    of: .members(cases, rules: [MemberRule.oneOf(tests)]), count: counts),
                required: true, examples: [[["port": "french", "equals": "FR"]]]),
        ],
        rules: [
            [
                "if": [
                    "properties": [
                        "cases": ["contains": ["anyOf": [MemberRule.needs("equals"), MemberRule.needs("in")]]]
                    ], "required": ["cases"],
                ], "then": MemberRule.needs("value"),
            ]
        ],
        example: [
            "id": "country", "type": "switch",
            "config": [
                "value": "{{ trigger.body.country }}",
                "cases": [["port": "french", "equals": "FR"], ["port": "near", "in": ["BE", "CH"]]],
            ],
        ])

    private static let cases = [
        MemberSchema(
            "port", "Port", "The way out that edges name.",
            .text(limit: 64).and(["not": ["enum": .array(taken.map(JSON.string))]]), required: true,
            examples: ["french"]),
        MemberSchema("if", "Condition", "Fits when this gives true.", .condition),
        MemberSchema("equals", "Equals", "Fits when the value is this.", .anything),
        MemberSchema("in", "One of", "Fits when the value is one of these.", ValueShape(["type": "array"])),
    ]

    private static let caseNames = cases.map(\.name)

    static func plan(_ node: WorkflowNode, in context: inout PlanningContext) -> PlannedNode.Kind? {
        var reader = context.reader(node)
        reader.refuseUnknown(known: schema.names)
        let list = reader.array("cases", required: true)
        if let list, !counts.contains(Int64(list.count)) {
            reader.report(
                "bad-value", at: "cases",
                "\(reader.subject) has \(list.count) cases, and may have 1 to \(counts.upperBound)")
        }
        let value = reader.object["value"].map { context.compile($0, of: node, at: reader.pointer(to: "value")) }
        var choices: [PlannedChoice.Case] = []
        var ports: [String] = []
        for (index, json) in (list ?? []).prefix(Int(counts.upperBound)).enumerated() {
            let pointer = reader.pointer(to: "cases") + "/\(index)"
            guard case .object(let object) = json else {
                reader.report("wrong-type", at: "cases", "case \(index) must be an object, and this is \(json.article)")
                continue
            }
            var inner = MemberReader(object, at: pointer, of: node.id, subject: "case \(index) of \(node.id.quoted)")
            let port = port(&inner)
            if let port, !ports.contains(port) { ports.append(port) }
            let test = test(&inner, hasValue: value != nil, node, &context)
            inner.refuseUnknown(known: caseNames)
            reader.adopt(inner.problems)
            if let port, let test { choices.append(PlannedChoice.Case(port: port, test: test)) }
        }
        context.problems += reader.problems
        context.ports[node.id] = ports + [PlannedChoice.fallback]
        guard choices.count == list?.count else { return nil }
        if let value, value == nil { return nil }
        return .choice(PlannedChoice(value: value ?? nil, cases: choices))
    }

    private static func port(_ reader: inout MemberReader) -> String? {
        guard let port = reader.text("port", required: true, limit: 64) else { return nil }
        if taken.contains(port) {
            reader.report(
                "bad-value", at: "port",
                "the port \(port.quoted) is there already, for \(reader.subject.quoted)'s node",
                hint: "give the case another name")
        }
        return port
    }

    private static func test(
        _ reader: inout MemberReader, hasValue: Bool, _ node: WorkflowNode, _ context: inout PlanningContext
    ) -> PlannedChoice.Test? {
        let given = tests.filter { reader.object[$0] != nil }
        guard given.count == 1 else {
            reader.report(
                "missing-member",
                "\(reader.subject) needs one of \"if\", \"equals\" and \"in\", and has \(given.count)",
                hint: "write \"equals\": a value, \"in\": [values], or \"if\": \"{{ … }}\"")
            return nil
        }
        let pointer = reader.pointer(to: given[0])
        guard given[0] != "if" else {
            let value = reader.object["if"].flatMap { context.condition($0, of: node, at: pointer) }
            return value.map { .condition($0) }
        }
        if !hasValue {
            reader.report(
                "missing-member", at: given[0], "\(reader.subject) compares, and the node has no \"value\"",
                hint: "add \"value\" to the config")
        }
        let values = given[0] == "in" ? reader.array("in") : reader.object["equals"].map { [$0] }
        guard let values else { return nil }
        let compiled = values.enumerated().map { index, value in
            context.compile(value, of: node, at: given[0] == "in" ? "\(pointer)/\(index)" : pointer)
        }
        guard compiled.allSatisfy({ $0 != nil }) else { return nil }
        return .oneOf(compiled.compactMap { $0 })
    }
}
