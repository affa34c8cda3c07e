import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import Testing

private typealias Doc = FlowDocument

/// What is found of expressions when a workflow is saved, by what is known of the data.
struct ExpressionPlanningTests {
    /// `http/request` promises {status, body: {user: {name}}}, and nothing else.
    private struct Catalogue: ConnectorCatalogue {
        private let fixture = FixtureCatalogue()
        var connectors: [String] { fixture.connectors }
        func versions(of connector: String) -> [Version] { fixture.versions(of: connector) }
        func operations(of connector: String, version: Version) -> [String] {
            fixture.operations(of: connector, version: version)
        }
        func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
            fixture.operation(reference).map {
                var declaration = $0
                declaration.outputSchema = [
                    "type": "object", "additionalProperties": false,
                    "properties": [
                        "status": ["type": "integer"], "user": ["$ref": "#/$defs/user"],
                        "rows": ["type": "array", "items": ["$ref": "#/$defs/user"]],
                    ],
                    "$defs": [
                        "user": [
                            "type": "object", "additionalProperties": false, "properties": ["name": ["type": "string"]],
                        ]
                    ],
                ]
                return declaration
            }
        }
    }

    private func problems(_ nodes: [JSON], _ edges: [String], trigger: JSON = [:]) -> [Problem] {
        let document = Doc.graph([["id": "hook", "type": "manual", "config": trigger]] + nodes, edges)
        return Planner(catalogue: Catalogue()).plan(document.with("name", "flow")).problems
    }

    @Test func `a field that an action does not give is an error with its place and a suggestion`() throws {
        let found = problems(
            [Doc.call("get_user"), Doc.set("show", "Hi {{ steps.get_user.output.usr.name }}")],
            ["hook > get_user", "get_user > show"])
        let problem = try #require(found.first)
        #expect(found.count == 1)
        #expect(problem.node == "show" && problem.code == "wrong-type")
        #expect(problem.pointer == "/nodes/2/config/values/v")
        #expect(problem.message == "line 1, column 29: \"usr\" is not in the output of \"get_user\"")
        #expect(problem.hint == "did you mean \"user\"?")
    }

    @Test(arguments: [
        "{{ steps.get_user.output.user.nam }}", "{{ steps.get_user.output.rows.map(r, r.nam) }}",
        "{{ steps.get_user.output.user.name + 1 }}", "{{ $node['get_user'].output.user.name.first }}",
        "{{ has(steps.get_user.output.usr) }}", "{{ workflow.nam }}", "{{ run.number }}",
    ])
    func `what cannot work with what is known is refused`(template: String) {
        let found = problems(
            [Doc.call("get_user"), Doc.set("show", .string(template))], ["hook > get_user", "get_user > show"])
        #expect(found.map(\.code) == ["wrong-type"], "\(found)")
    }

    @Test(arguments: [
        "{{ steps.get_user.output.user.name.size() }}", "{{ steps.get_user.output.status + 1 }}",
        "{{ steps.get_user.output.status * 1.5 }}", "{{ steps.get_user.output.rows[0].name }}",
        "{{ steps.get_user.output.user.?name.orValue('') }}", "{{ steps.get_user.output.rows.length }}",
        "{{ trigger.body.any.thing + 1 }}", "{{ input.x == null ? 1 : 'a' }}",
    ])
    func `what may work is let pass`(template: String) {
        let found = problems(
            [Doc.call("get_user"), Doc.set("show", .string(template))], ["hook > get_user", "get_user > show"])
        #expect(found == [])
    }

    @Test func `the order of the nodes in the document does not matter`() {
        let found = problems(
            [Doc.set("show", "{{ steps.get_user.output.usr }}"), Doc.call("get_user")],
            ["hook > get_user", "get_user > show"])
        #expect(found.map(\.node) == ["show"])
    }

    @Test(arguments: ["continue", "route"])
    func `the output of a step that may fail is not known`(strategy: String) {
        let found = problems(
            [
                Doc.call("get_user", [:], ["on_error": .string(strategy)]),
                Doc.set("show", "{{ steps.get_user.output.error }}"),
            ], ["hook > get_user", strategy == "route" ? "get_user:error > show" : "get_user > show"])
        #expect(found == [])
    }

    @Test func `values and the elements of loops pass on what is known`() {
        let body = Doc.graph([Doc.set("line", "{{ item.nam }}")])
        let found = problems(
            [
                Doc.call("get_user"), Doc.set("copy", "{{ steps.get_user.output.rows }}"),
                Doc.node("each", "loop", ["items": "{{ steps.copy.output.v }}"], ["body": body]),
                Doc.set("last", "{{ steps.copy.output.w }}"),
            ], ["hook > get_user", "get_user > copy", "copy > each", "copy > last"])
        #expect(Set(found.map(\.node)) == ["line", "last"], "\(found)")
    }

    @Test func `a trigger's schema and sample are held to, and their members may stand alone`() {
        let schema: JSON = [
            "type": "object", "additionalProperties": false, "properties": ["priority": ["type": "string"]],
        ]
        let good = Doc.set("a", #"{{ priority == "high" ? "urgent" : "normal" }}"#)
        #expect(problems([good], ["hook > a"], trigger: ["schema": schema]) == [])
        #expect(problems([good], ["hook > a"], trigger: ["sample": ["priority": "low"]]) == [])
        #expect(problems([good], ["hook > a"]).map(\.code) == ["unknown-name"])
        let bad = Doc.set("a", "{{ input.prio }}")
        #expect(problems([bad], ["hook > a"], trigger: ["schema": schema]).map(\.code) == ["wrong-type"])
        #expect(problems([bad], ["hook > a"], trigger: ["sample": ["priority": "low"]]) == [])
        #expect(problems([], [], trigger: ["schema": ["type": "objekt"]]).map(\.code) == ["bad-schema"])
    }

    @Test func `a condition that never gives true or false is refused`() {
        let condition = Doc.node("c", "condition", ["if": "{{ input.x + 'a' }}"])
        #expect(problems([condition], ["hook > c"]).map(\.code) == ["wrong-type"])
    }

    @Test func `titles name nodes`() {
        let call = Doc.call("get_user", [:], ["name": "HTTP Request"])
        let show = Doc.set("show", #"{{ $node["HTTP Request"].output.user.name }}"#)
        #expect(problems([call, show], ["hook > get_user", "get_user > show"]) == [])
    }
}
