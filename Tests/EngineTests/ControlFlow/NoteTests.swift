import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

struct NoteTests {
    private let note = FlowDocument.node(
        "note", "note", ["text": "Ask Ada about {{ this }}.", "original": ["a": "{{"]])

    @Test func `a note that no edge touches is no step`() throws {
        let plan = try FlowDocument.plan(
            FlowDocument.workflow([note, FlowDocument.set("a", 1)], ["hook > a"]))
        #expect(plan.nodes.map(\.id) == ["hook", "a"])
    }

    @Test func `a note in the way is skipped with what only it leads to`() throws {
        let nodes = [note, FlowDocument.set("behind", "{{ steps.note.output }}"), FlowDocument.set("a", 1)]
        let plan = try FlowDocument.plan(
            FlowDocument.workflow(nodes, ["hook > note", "note > behind", "hook > a", "a > note"]))
        var run = Rehearsal(plan: plan, trigger: ["kind": "manual", "body": [:]])
        run.proceed()
        #expect(run.state.status == .completed)
        #expect(run.runOutput == ["v": 1])
    }

    @Test func `a note that begins a body is skipped`() throws {
        let body = FlowDocument.graph([note, FlowDocument.set("b", 2)], ["note > b"])
        let plan = try FlowDocument.plan(
            FlowDocument.workflow([FlowDocument.node("each", "loop", ["items": [1]], ["body": body])], ["hook > each"]))
        var run = Rehearsal(plan: plan, trigger: ["kind": "manual", "body": [:]])
        run.proceed()
        #expect(run.state.status == .completed)
    }

    @Test func `a note has its members and no others`() {
        let odd = FlowDocument.node("odd", "note", ["text": 7, "colour": "red"])
        let planning = Planner(catalogue: FixtureCatalogue()).plan(
            FlowDocument.workflow([odd, FlowDocument.set("a", 1)], ["hook > a"]))
        #expect(Set(planning.problems.map(\.code)) == ["wrong-type", "unknown-member"])
    }
}
