import PatchbayJSON
import Testing

@testable import PatchbayImport

@Suite("Ways of n8n")
struct FlowTests {
    private static let split = Workshop.node("Split", "splitOut", 1, ["fieldToSplitOut": "rows", "options": [:]])
    private static func call(_ name: String = "Call", _ url: String = "=https://example.com/{{ $json.id }}") -> JSON {
        Workshop.node(name, "httpRequest", 4.2, ["url": .string(url)])
    }

    @Test func `a node that runs for each item becomes a loop`() throws {
        let last = Workshop.node(
            "Keep", "set", 3.4,
            [
                "assignments": [
                    "assignments": [
                        ["name": "a", "value": "={{ $json.b + $('Split').item.json.c }}", "type": "string"]
                    ]
                ]
            ])
        let result = try Workshop.translate(
            Workshop.document(
                [Workshop.start, Self.split, Self.call(), last], ["Start > Split", "Split > Call", "Call > Keep"]))
        #expect(result["split"]?["config"]?["value"] == "{{ trigger.body.rows }}")
        #expect(result["call_each"]?["config"]?["items"] == "{{ steps.split.output }}")
        #expect(result["call"]?["input"]?["url"] == "https://example.com/{{ item.id }}")
        #expect(result["call_item"]?["config"]?["value"] == "{{ steps.call.output.body }}")
        #expect(result["keep_each"]?["config"]?["items"] == "{{ steps.call_each.output }}")
        #expect(result["keep"]?["config"]?["values"] == ["a": "{{ item.b + steps.split.output[index].c }}"])
    }

    @Test func `a condition over a list cuts it`() throws {
        let check = Workshop.node(
            "Check", "if", 1,
            ["conditions": ["number": [["value1": "={{$json.n}}", "operation": "larger", "value2": 1]]]])
        let result = try Workshop.translate(
            Workshop.document(
                [Workshop.start, Self.split, check, Self.call("Yes"), Self.call("No")],
                ["Start > Split", "Split > Check", "Check > Yes", "Check:1 > No"]))
        #expect(result["check"]?["type"] == "transform")
        #expect(result["yes_each"]?["config"]?["items"] == "{{ steps.check.output[\"true\"] }}")
        #expect(result["no_each"]?["config"]?["items"] == "{{ steps.check.output[\"false\"] }}")
    }

    @Test func `the circle of a loop becomes its body`() throws {
        let loop = Workshop.node("Loop", "splitInBatches", 3, ["options": [:]])
        let done = Workshop.node("Done", "aggregate", 1, ["aggregate": "aggregateAllItemData", "options": [:]])
        let result = try Workshop.translate(
            Workshop.document(
                [
                    Workshop.start, Self.split, loop, Self.call(), Workshop.node("Wait", "wait", 1.1, ["amount": 2]),
                    done,
                ],
                ["Start > Split", "Split > Loop", "Loop:1 > Call", "Call > Wait", "Wait > Loop", "Loop:0 > Done"]))
        #expect(result["loop_node"]?["config"]?["items"] == "{{ steps.split.output }}")
        #expect(result["call"]?["input"]?["url"] == "https://example.com/{{ steps.loop_node.output.item.id }}")
        #expect(result["wait"]?["config"] == ["duration": "2s"])
        #expect(result["loop_node_result"]?["config"]?["value"] == "{{ steps.call.output.body }}")
        #expect(result["done"]?["config"]?["values"] == ["data": "{{ steps.loop_node.output }}"])
        #expect(result.edges == ["start > split", "split > loop_node", "loop_node > done"])
    }

    @Test func `ways that meet again are read by the one that was taken`() throws {
        let check = Workshop.node(
            "Check", "if", 1, ["conditions": ["boolean": [["value1": "={{$json.ok}}", "value2": true]]]])
        let set = { (name: String, value: JSON) in
            Workshop.node(
                name, "set", 3.4, ["assignments": ["assignments": [["name": "x", "value": value, "type": "string"]]]])
        }
        let result = try Workshop.translate(
            Workshop.document(
                [Workshop.start, check, set("A", "1"), set("B", "={{ $json.x }}")],
                ["Start > Check", "Check > A", "Check:1 > B", "A > B"]))
        #expect(
            result["b_input"]?["config"]?["value"]
                == "{{ has(steps.a.output) ? steps.a.output : (trigger.body) }}")
        #expect(result["b"]?["config"]?["values"] == ["x": "{{ steps.b_input.output.x }}"])
        #expect(result.reasons("B") == "")
    }

    @Test func `merges`() throws {
        let nodes = [
            Workshop.start, Self.call("A", "https://example.com/a"), Self.call("B", "https://example.com/b"),
            Workshop.node("Merge", "merge", 3, ["mode": "combine", "combineBy": "combineByPosition", "options": [:]]),
        ]
        let ways = ["Start > A", "Start > B", "A > Merge:0", "B > Merge:1"]
        let both = try Workshop.translate(Workshop.document(nodes, ways))
        #expect(
            both["merge"]?["config"]?["values"] == ["{{ steps.a.output.body }}", "{{ steps.b.output.body }}"])
        let append = Array(nodes.dropLast()) + [Workshop.node("Merge", "merge", 3)]
        let list = try Workshop.translate(Workshop.document(append, ways))
        #expect(
            list["merge"]?["config"]?["value"]
                == "{{ ((has(steps.a.output)) ? [steps.a.output.body] : []) + ((has(steps.b.output)) ? [steps.b.output.body] : []) }}"
        )
    }

    @Test func `disabled nodes are bridged, and what nothing leads to is set aside`() throws {
        let result = try Workshop.translate(
            Workshop.document(
                [
                    Workshop.start, Workshop.node("Off", "slack", 1, ["text": "x"], ["disabled": true]), Self.call(),
                    Workshop.node("Alone", "noOp"),
                    Workshop.node("Words", "stickyNote", 1, ["content": "## Read {{ this }}"]),
                ], ["Start > Off", "Off > Call"]))
        #expect(result.edges == ["start > call"])
        #expect(result["off"]?["type"] == "note")
        #expect(result["call"]?["input"]?["url"] == "https://example.com/{{ trigger.body.id }}")
        #expect(result["words"]?["config"] == ["text": "## Read {{ this }}"])
        #expect(result.reasons("Alone") == "nothing leads to it in n8n")
    }

    @Test func `what has no equal is a note in its place, with all behind it`() throws {
        let strange = Workshop.node("Telegram", "telegram", 1.2, ["chatId": "={{ $json.id }}", "text": "a"])
        let result = try Workshop.translate(
            Workshop.document([Workshop.start, strange, Self.call()], ["Start > Telegram", "Telegram > Call"]))
        #expect(result["telegram"]?["type"] == "note")
        #expect(result["telegram"]?["config"]?["original"]?["parameters"]?["chatId"] == "={{ $json.id }}")
        #expect(result.edges == ["start > telegram", "telegram > call"])
        #expect(result["call"]?["input"]?["url"] == "https://example.com/{{ steps.telegram.output.id }}")
        #expect(result.report.expressions.map(\.verdict) == [.unused, .translated])
    }

    @Test func `one expression without an equal makes a note of its node, with a draft`() throws {
        let result = try Workshop.alone(Self.call("Call", "={{ $vars.base }}/x"))
        #expect(result["call"]?["type"] == "note")
        #expect(result.verdict("Call") == .note)
        #expect(result.reasons("Call").contains("$vars"))
        #expect(result.report.expressions.map(\.verdict) == [.untranslated])
    }

    @Test func `a trigger without an equal has a manual one in its place`() throws {
        let result = try Workshop.alone(Self.call(), behind: Workshop.node("Mail came", "gmailTrigger"))
        #expect(result["mail_came"]?["type"] == "note")
        #expect(result["mail_came_start"]?["type"] == "manual")
        #expect(result["call"]?["input"]?["url"] == "https://example.com/{{ trigger.body.id }}")
    }

    @Test func `circles that are no loops are cut with a remark`() throws {
        let result = try Workshop.translate(
            Workshop.document(
                [Workshop.start, Self.call("A"), Self.call("B")], ["Start > A", "A > B", "B > A"]))
        #expect(result.edges == ["start > a", "a > b"])
        #expect(result.report.remarks.contains { $0.contains("back to") })
    }

    @Test func `failures go the ways that n8n has for them`() throws {
        let nodes = [
            Workshop.start,
            Workshop.node("A", "httpRequest", 4.2, ["url": "https://example.com"], ["onError": "continueErrorOutput"]),
            Workshop.node("Fine", "noOp"), Workshop.node("Bad", "noOp"),
            Workshop.node("Old", "httpRequest", 1, ["url": "https://example.com"], ["continueOnFail": true]),
        ]
        let result = try Workshop.translate(
            Workshop.document(nodes, ["Start > A", "A > Fine", "A:1 > Bad", "Fine > Old"]))
        #expect(result["a"]?["on_error"] == "route")
        #expect(result["old"]?["on_error"] == "continue")
        #expect(result.edges.contains("a:error > bad"))
    }

    @Test func `everything that a document holds stands in the report`() throws {
        let result = try Workshop.translate(
            Workshop.document(
                [
                    Workshop.start,
                    Workshop.node(
                        "A", "httpRequest", 4.2, ["url": "={{ $json.u }}", "options": ["proxy": "={{ $json.p }}"]]),
                ], ["Start > A"], ["settings": ["errorWorkflow": "7"], "pinData": ["A": [["json": [:]]]]]))
        #expect(result.report.nodes.map(\.name) == ["Start", "A"])
        #expect(result.report.expressions.map(\.source) == ["$json.u", "$json.p"])
        #expect(result.report.expressions.map(\.verdict) == [.translated, .unused])
        #expect(result.reasons("A").contains("options.proxy"))
        #expect(result.report.remarks.contains { $0.contains("errorWorkflow") })
        #expect(result.report.remarks.contains { $0.contains("pinned") })
        #expect(result.report.text.contains("2 nodes: 1 translated, 1 approximated, 0 notes."))
        #expect(result.report.json["summary"]?["nodes"]?["approximated"] == 1)
    }
}
