import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import Testing

@testable import PatchbayImport

@Suite("Documents that are none of n8n's")
struct RefusalTests {
    private static let documents: [(JSON, String)] = [
        ("x", "no workflow of n8n"), (["nodes": 1], "must be a list"), (["nodes": []], "0 nodes"),
        (["nodes": ["x"]], "must be an object"), (["nodes": [["name": "A"]]], "no type"),
        (["nodes": [["type": "n8n-nodes-base.set", "name": "\0"]]], "a node's name"),
        (["nodes": [["name": "A", "type": "b"], ["name": "A", "type": "b"]]], "two nodes"),
        (["nodes": [["name": "A", "type": "b"]], "connections": 7], "must be an object"),
    ]

    @Test(arguments: documents)
    func `are refused with the place`(document: JSON, words: String) {
        let error = #expect(throws: ImportRefusal.self) { try WorkflowImport(n8n: document, planner: Workshop.planner) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func `too many nodes are refused`() {
        let nodes = (0...N8NDocument.mostNodes).map { Workshop.node("N\($0)", "noOp") }
        #expect(throws: ImportRefusal.self) {
            try WorkflowImport(n8n: Workshop.document(nodes, []), planner: Workshop.planner)
        }
    }

    @Test func `connections to nowhere are remarks`() throws {
        let result = try Workshop.translate(Workshop.document([Workshop.start], ["Start > Gone", "Lost > Start"]))
        #expect(result.report.remarks.count == 2)
    }

    @Test func `a document without a trigger gets one`() throws {
        let result = try Workshop.translate(Workshop.document([Workshop.node("A", "noOp")], []))
        #expect(result["start"]?["type"] == "manual")
        #expect(result.edges == ["start > a"])
    }

    @Test func `names make ids that expressions can read`() throws {
        let names = ["HTTP Request", "HTTP Request!", "1st", "Über", "if", "…", String(repeating: "x", count: 300)]
        var naming = NodeNaming()
        #expect(
            names.map { naming.id(for: $0) }
                == [
                    "http_request", "http_request_2", "n_1st", "ber", "if_node", "node",
                    String(repeating: "x", count: 48),
                ])
    }

    @Test func `connectors that are not there are told, and the translation stays`() throws {
        var catalogue = OpenCatalogue()
        catalogue.connectors = []
        let document = Workshop.document(
            [Workshop.start, Workshop.node("A", "httpRequest", 4.2, ["url": "https://example.com"])], ["Start > A"])
        let result = try WorkflowImport(n8n: document, planner: Planner(catalogue: catalogue))
        #expect(result.report.missingConnectors == ["http"])
        #expect(result.problems.map(\.code) == ["unknown-connector"])
        #expect(result["a"]?["type"] == "action")
    }

    @Test func `what the planner refuses becomes a note with its words`() throws {
        let result = try Workshop.alone(
            Workshop.node(
                "Other", "executeWorkflow", 1.1,
                ["workflowId": ["__rl": true, "value": "77", "cachedResultName": "Bills"]]))
        #expect(result["other"]?["type"] == "note")
        #expect(result.reasons("Other").contains("Bills"))
        #expect(result["other"]?["config"]?["draft"]?["type"] == "workflow")
    }

    /// Any text in any parameter: nothing crashes, and what comes out can be planned.
    @Test func `odd parameters do no harm`() throws {
        let odd: [JSON] = [
            .null, 7, "={{", "={{ }}", "={{ $json }}", "=", [[]], ["a": ["b": []]], "={{ $json.a.b.c.d }}}} {{",
            .bool(true), -1.5,
        ]
        for (type, _) in NodeTranslators.steps.merging(NodeTranslators.triggers, uniquingKeysWith: { $1 }) {
            for version in [1, 2, 3, 4.2] {
                for value in odd {
                    let names = [
                        "url", "conditions", "rules", "values", "assignments", "jsCode", "mode", "operation",
                        "resource", "amount",
                        "fieldToSplitOut", "text", "path", "rule", "triggerTimes", "responseBody", "query",
                        "workflowId", "options",
                    ]
                    let parameters = JSON.object(names.reduce(into: JSONObject()) { $0[$1] = value })
                    let node = Workshop.node("X", type, .double(version), parameters)
                    let document = Workshop.document([Workshop.start, node], ["Start > X"])
                    let result = try WorkflowImport(n8n: document, planner: Workshop.planner)
                    #expect(result.report.nodes.count == 2)
                }
            }
        }
    }
}
