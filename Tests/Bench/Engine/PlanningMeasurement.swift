import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// How long it takes until a graph of 200 nodes is checked, expressions and inputs included, and can be carried out.
enum PlanningMeasurement {
    static let nodes = 200
    private static let rounds = 60

    @concurrent static func run(in workshop: Workshop) async throws {
        let (document, planner) = (document(), Planner(catalogue: ServiceCatalogue()))
        let text = document.bytes()
        var figures: [Double] = []
        for round in 0..<rounds + 10 {
            let began = ContinuousClock.now
            let planning = planner.plan(try JSON(parsing: text), credentials: [])
            let took = (ContinuousClock.now - began).milliseconds
            guard let plan = planning.plan, plan.nodes.count == nodes else {
                throw BenchError("the graph cannot be planned: \(planning.problems.map(\.message).prefix(5))")
            }
            if round >= 10 { figures.append(took) }
        }
        EngineBench.report(
            "a \(nodes)-node graph of \(text.count >> 10) KiB, read, validated, planned",
            "p50 \(figures.percentile(0.5).text()) ms, p95 \(figures.percentile(0.95).text()) ms", budget: "5 ms")
    }

    /// A trigger with a sample, and blocks of ten nodes: a service is asked, each element of the answer is looked at, and the
    /// way goes on by what came out.
    private static func document() -> JSON {
        let customer: JSON = ["name": "Ada", "country": "FR", "vip": true]
        let sample: JSON = [
            "order": 1, "total": 12.5, "customer": customer, "lines": [["sku": "a", "count": 2, "price": 1.5]],
        ]
        var all: [JSON] = [["id": "hook", "type": "webhook", "config": ["path": "orders", "sample": sample]]]
        var edges: [JSON] = []
        var last = "hook"
        for number in 0..<(nodes / 10) {
            let (block, links) = block(number, after: last)
            all += block
            edges += links
            last = "end_\(number)"
        }
        // The last block is one short, for the trigger.
        return ["name": "large", "nodes": .array(all), "edges": .array(edges)]
    }

    private static func block(_ n: Int, after last: String) -> (nodes: [JSON], edges: [JSON]) {
        let isLast = n == nodes / 10 - 1
        let before = n == 0 ? "trigger.body.order" : "steps.end_\(n - 1).output.order"
        let line: JSON = [
            "id": .string("line_\(n)"), "type": "set",
            "config": ["values": ["sum": .string("{{ steps.each_\(n).output.item.count * 2 }}")]],
        ]
        let cases: JSON = [
            ["port": "french", "equals": "FR"],
            ["port": "rich", "if": .string("{{ steps.sum_\(n).output.total > 100.0 }}")],
        ]
        var all: [JSON] = [
            node(
                "ask_\(n)", "action",
                [
                    "uses": "service@1.0.0/call",
                    "input": [
                        "channel": .string("#orders-{{ string(\(before)) }}"),
                        "text": .string("{{ trigger.body.customer.name }}"),
                        "count": 3, "blocks": [["size": 1], ["size": .string("{{ trigger.body.order }}")]],
                    ], "retry": ["attempts": 4, "initial": "1s"], "timeout": "20s",
                ]),
            node("ok_\(n)", "condition", ["config": ["if": .string("{{ steps.ask_\(n).output.status == 200 }}")]]),
            node(
                "each_\(n)", "loop",
                [
                    "config": ["items": "{{ trigger.body.lines }}", "concurrency": 4], "body": ["nodes": [line]],
                ]),
            node(
                "sum_\(n)", "set",
                [
                    "config": [
                        "values": [
                            "total":
                                "{{ trigger.body.lines.map(l, l.price * double(l.count))[0] + trigger.body.total }}",
                            "text": .string(
                                "{{ trigger.body.customer.name }} bought {{ string(size(steps.each_\(n).output)) }} things"
                            ),
                        ]
                    ]
                ]),
            node("way_\(n)", "switch", ["config": ["value": "{{ trigger.body.customer.country }}", "cases": cases]]),
            node(
                "french_\(n)", "transform",
                ["config": ["value": .string("{{ steps.ask_\(n).output.user.name + '!' }}")]]),
            node("other_\(n)", "wait", ["config": ["duration": "5m"]]),
            node("both_\(n)", "merge", ["config": ["wait": "any"]]),
        ]
        if !isLast {
            all.append(node("end_\(n)", "set", ["config": ["values": ["order": .string("{{ \(before) }}")]]]))
        }
        var edges = [
            edge(last, "ask_\(n)"), edge("ask_\(n)", "ok_\(n)"), edge("ok_\(n)", "each_\(n)", "true"),
            edge("each_\(n)", "sum_\(n)"), edge("sum_\(n)", "way_\(n)"), edge("way_\(n)", "french_\(n)", "french"),
            edge("way_\(n)", "other_\(n)", "default"), edge("french_\(n)", "both_\(n)"),
            edge("other_\(n)", "both_\(n)"),
        ]
        if !isLast { edges.append(edge("both_\(n)", "end_\(n)")) }
        return (all, edges)
    }

    private static func node(_ id: String, _ type: String, _ more: JSONObject) -> JSON {
        var object: JSONObject = ["id": .string(id), "type": .string(type)]
        for member in more { object[member.name] = member.value }
        return .object(object)
    }

    private static func edge(_ source: String, _ target: String, _ port: String? = nil) -> JSON {
        var object: JSONObject = ["source": .string(source), "target": .string(target)]
        if let port { object["port"] = .string(port) }
        return .object(object)
    }
}

/// An action that says what it takes and gives.
private struct ServiceCatalogue: ConnectorCatalogue {
    private static let input: JSON = [
        "type": "object", "required": ["channel", "text"], "additionalProperties": false,
        "properties": [
            "channel": ["type": "string", "minLength": 1], "text": ["type": "string"], "count": ["type": "integer"],
            "blocks": ["type": "array", "items": ["type": "object", "properties": ["size": ["type": "integer"]]]],
        ],
    ]
    private static let output: JSON = [
        "type": "object", "additionalProperties": false,
        "properties": [
            "status": ["type": "integer"],
            "user": ["type": "object", "additionalProperties": false, "properties": ["name": ["type": "string"]]],
        ],
    ]

    var connectors: [String] { ["service"] }
    func versions(of connector: String) -> [Version] { [Version(major: 1, minor: 0, patch: 0)] }
    func operations(of connector: String, version: Version) -> [String] { ["call"] }
    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        .success(
            OperationDeclaration(
                reference: reference, title: "Call", effect: .write, isIdempotent: false, inputSchema: Self.input,
                outputSchema: Self.output, credential: nil, timeout: 30_000))
    }
}
