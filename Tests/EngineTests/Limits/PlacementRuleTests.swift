import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

@Suite("Where runs wait") struct PlacementRuleTests {
    private func placement(_ document: JSON, trigger: JSON = ["body": ["repo": "a/b", "n": 7]]) -> RunPlacement {
        PlacementRule(document).placement(of: .fixture(), trigger: trigger, environment: [:])
    }

    @Test func `a workflow without rules places its runs anywhere`() {
        #expect(PlacementRule(["name": "w"]).isTrivial)
        #expect(placement(["name": "w"]) == RunPlacement())
    }

    @Test func `the key is what its template gives`() {
        for (key, text) in [("{{ trigger.body.repo }}", "a/b"), ("n={{ input.n }}", "n=7"), ("{{ input.n }}", "7")] {
            let document: JSON = ["concurrency": ["limit": 2, "key": .string(key), "on_conflict": "drop"]]
            #expect(placement(document).group == RunPlacement.Group(key: text, limit: 2, conflict: .drop))
        }
        #expect(
            placement(["concurrency": ["limit": 3]]).group == RunPlacement.Group(key: "", limit: 3, conflict: .queue))
    }

    @Test(arguments: ["{{ trigger.body.nothing }}", "{{ trigger.body }}", "{{ null }}"])
    func `a key that cannot be told fails the run`(key: String) {
        let placement = placement(["concurrency": ["limit": 1, "key": .string(key)]])
        #expect(placement.group == nil)
        #expect(placement.failure?["code"] == "expression")
        #expect(!placement.isImmediate)
    }

    @Test func `a key that is too long fails the run`() {
        let trigger: JSON = ["body": ["repo": .string(String(repeating: "x", count: 201))]]
        let document: JSON = ["concurrency": ["limit": 1, "key": "{{ trigger.body.repo }}"]]
        #expect(placement(document, trigger: trigger).failure != nil)
    }

    @Test func `labels are sorted and unrepeated`() {
        #expect(placement(["runs_on": ["gpu", "eu", "gpu"]]).labels == ["eu", "gpu"])
    }

    @Test func `what is wrong with a rule is told where it stands`() {
        let document: JSON = [
            "name": "w", "concurrency": ["limit": 0, "key": "", "on_conflict": "wait", "x": 1], "runs_on": ["GPU"],
            "nodes": [], "edges": [],
        ]
        let problems = WorkflowDocument.read(document).problems
        let pointers = Set(problems.map(\.pointer))
        #expect(
            pointers.isSuperset(of: [
                "/concurrency/limit", "/concurrency/key", "/concurrency/on_conflict", "/concurrency/x", "/runs_on",
            ]))
        let rule = ConcurrencyRule(limit: 1, key: "{{ trigger. }}")
        #expect(PlacementRule.problems(of: rule).map(\.pointer) == ["/concurrency/key"])
    }
}
