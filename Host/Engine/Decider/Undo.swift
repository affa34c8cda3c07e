import PatchbayCore
import PatchbayJSON

/// A completed step that is undone when the run fails or is cancelled.
struct Undo: Sendable, Equatable {
    /// Where the node stands in `Plan.nodes`.
    let node: Int
    let path: String
    /// What the compensation is called with; nil when that could not be evaluated.
    let input: JSON?
    /// Why there is no input.
    let error: JSON
    var step = StepState()
}

extension StepState {
    /// Applies an entry about the compensation of a step.
    mutating func applyCompensation(_ entry: JournalEntry) {
        let kind: JournalEntry.Kind =
            switch entry.kind {
            case .compensationStarted: .stepStarted
            case .compensationCompleted: .stepCompleted
            default: .stepFailed
            }
        var same = entry
        same.kind = kind
        apply(same)
    }
}
