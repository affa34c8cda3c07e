import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

private typealias Doc = FlowDocument

/// What expressions see in a run beside outputs.
struct ExpressionScopeTests {
    @Test func `loops give item, index and the loops around`() throws {
        let inner = Doc.node(
            "inner", "loop", ["items": "{{ item.rows }}"],
            ["body": Doc.graph([Doc.set("s", "{{ loops.outer.item.name + string(index) + item }}")])])
        let outer = Doc.node("outer", "loop", ["items": "{{ input.list }}"], ["body": Doc.graph([inner])])
        var run = try Rehearsal(
            [outer], ["hook > outer"],
            body: ["list": [["name": "a", "rows": ["x", "y"]], ["name": "b", "rows": ["z"]]]])
        run.proceed()
        #expect(run.runOutput == [[["v": "a0x"], ["v": "a1y"]], [["v": "b0z"]]])
    }

    @Test func `the present is that of the turn`() throws {
        var run = try Rehearsal([Doc.set("s", "{{ $now.format('YYYY') + string(now()) }}")], ["hook > s"])
        run.proceed()
        #expect(run.runOutput?["v"] == "20262026-01-12T10:05:00Z")
    }
}
