import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

/// Documents in a few words: nodes as JSON, edges such as `"a > b"` or `"a:true > b"`.
enum FlowDocument {
    static func graph(_ nodes: [JSON], _ edges: [String] = []) -> JSON {
        ["nodes": .array(nodes), "edges": .array(edges.map(edge))]
    }

    /// A workflow with a trigger `hook` in front; edges may begin there.
    static func workflow(_ nodes: [JSON], _ edges: [String], timeout: String? = nil) -> JSON {
        var json = graph([["id": "hook", "type": "manual"]] + nodes, edges).with("name", "flow")
        if let timeout { json = json.with("timeout", .string(timeout)) }
        return json
    }

    static func node(_ id: String, _ type: String, _ config: JSON = [:], _ more: JSONObject = [:]) -> JSON {
        var object: JSONObject = ["id": .string(id), "type": .string(type)]
        if config != [:] { object["config"] = config }
        for member in more { object[member.name] = member.value }
        return .object(object)
    }

    static func call(_ id: String, _ input: JSON = [:], _ more: JSONObject = [:]) -> JSON {
        var object: JSONObject = ["id": .string(id), "type": "action", "uses": "http@1.0.0/request", "input": input]
        for member in more { object[member.name] = member.value }
        return .object(object)
    }

    static func set(_ id: String, _ value: JSON) -> JSON { node(id, "set", ["values": ["v": value]]) }

    static func plan(_ document: JSON, workflows: [WorkflowListing]? = nil) throws -> Plan {
        let planning = Planner(catalogue: FixtureCatalogue()).plan(document, workflows: workflows)
        #expect(planning.problems == [])
        #expect(NodeSchemas.violations(of: planning.document) == [])
        return try #require(planning.plan)
    }

    static func problems(_ document: JSON) -> [Problem] {
        Planner(catalogue: FixtureCatalogue()).plan(document).problems
    }

    private static func edge(_ text: String) -> JSON {
        let ends = text.split(separator: " > ").map(String.init)
        let source = ends[0].split(separator: ":").map(String.init)
        let json: JSON = ["source": .string(source[0]), "target": .string(ends[1])]
        return source.count == 2 ? json.with("port", .string(source[1])) : json
    }
}

extension Rehearsal {
    /// Of a workflow whose trigger is `hook`.
    init(
        _ nodes: [JSON], _ edges: [String], body: JSON = ["n": 1], timeout: String? = nil, parent: JSON? = nil
    ) throws {
        let plan = try FlowDocument.plan(FlowDocument.workflow(nodes, edges, timeout: timeout))
        self.init(plan: plan, trigger: ["kind": "manual", "body": body], parent: parent)
    }

    /// Lets time pass.
    @discardableResult
    mutating func pass(_ milliseconds: Int64) -> [String] {
        now = now + milliseconds
        return proceed()
    }

    var words: [String] { entries.map(\.words) }
}
