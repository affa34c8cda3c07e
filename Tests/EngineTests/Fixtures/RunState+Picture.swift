import PatchbayCore
import PatchbayJSON

@testable import PatchbayEngine

extension RunState {
    /// The fold as lines, without bodies of which nothing is on record.
    var picture: [String] {
        var lines = ["\(status) \(sequence) \(isCancelling) \(isEnding) \(undos.map(\.step.phase))"]
        for (path, slot) in slots.sorted(by: { $0.key < $1.key }) where !frames[slot].isOver {
            for (place, step) in frames[slot].steps.enumerated() where step.phase != .pending {
                let node = plan.nodes[plan.graphs[frames[slot].graph].nodes[place]].id
                lines.append("\(path) \(node) \(step.phase) \(step.attempt) \(step.failures) \(step.output.text)")
            }
        }
        return lines
    }
}
