import Foundation
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

/// The pages about kinds of nodes: each shows a document that can be planned and, with calls that do well, runs to its
/// end.
@Suite("Examples of the guide")
struct GuideTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Host/Docs/nodes")

    private static let kinds = NodeKind.allCases.filter {
        !$0.isTrigger && ![.action, .condition, .set].contains($0)
    }

    @Test(arguments: kinds)
    func `the example of a kind is planned and runs`(kind: NodeKind) throws {
        let page = try String(contentsOf: Self.folder.appendingPathComponent("\(kind.rawValue).md"), encoding: .utf8)
        let parts = page.components(separatedBy: "```json\n")
        #expect(parts.count == 2)
        let text = parts[1].components(separatedBy: "```")[0]
        let plan = try FlowDocument.plan(try JSON(parsing: text))
        let body: JSON = [
            "country": "FR", "orders": [["name": "a"]], "people": [["name": "Ada", "age": 36]], "order": 1, "total": 1,
        ]
        var run = Rehearsal(plan: plan, trigger: ["kind": "manual", "body": body])
        run.proceed()
        for _ in 0..<10 {
            if let name = run.calls.keys.min() { run.complete(name, ["id": 1]) }
            for command in run.asked {
                if case .openTask(let task) = command {
                    run.hear(
                        .taskEnded(
                            task.key, attempt: 1,
                            .decided(output: ["decided_by": "a", "comment": "b"], port: "approved")))
                }
                guard case .startChild(let child) = command else { continue }
                run.hear(.childEnded(child.key, attempt: child.attempt, .completed(output: 1)))
            }
            run.hear(.eventReceived(name: "payment", payload: ["order": 1, "by": "Ada"], id: "1"))
        }
        #expect(run.state.status == .completed, "\(run.words)")
    }
}
