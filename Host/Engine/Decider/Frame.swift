import PatchbayJSON

/// Where a step stands in `RunState.frames`. A slot is used again; the serial number tells whether it is still the
/// same.
struct StepPlace: Hashable, Sendable {
    var slot: Int
    var serial: Int
    /// Among the nodes of the frame's graph.
    var place: Int
}

/// One execution of a graph: of the one at the top, or of a container's body.
struct Frame: Sendable {
    /// Where it stands in `Plan.graphs`.
    let graph: Int
    let path: String
    let serial: Int
    /// The container's step; nil at the top.
    let owner: StepPlace?
    /// Which iteration, branch or part of the container it is.
    let position: Int
    /// What happens around a `finally` does not break it off.
    let isShielded: Bool
    /// Beside the graph's nodes.
    var steps: [StepState]
    var unsettled: Int
    /// Steps that are begun and not settled, as far as that is on record.
    var begun = 0
    /// {code, message, node} of the first step that failed without the run going on.
    var failure: JSON?
    /// Kept only because what it gave is read.
    var isOver = false
}

/// What a container that has begun knows of its bodies.
struct Container: Sendable {
    /// Of a loop over a list.
    var items: [JSON] = []
    /// By position; of loops with a condition only the number is kept.
    var results: [JSON?] = []
    /// Bodies that are under way: position to slot.
    var active: [Int: Int] = [:]
    /// Bodies of a try that are over: position to slot.
    var kept: [Int: Int] = [:]
    /// No body before this position is still to be begun.
    var next = 0
    /// How many bodies are over.
    var done = 0
    /// Of the body that makes the container fail: the first that failed.
    var failure: JSON?
    /// What the container is to end with, because its time is over.
    var stopping: JSON?
    /// Also the time for what is done at last is over.
    var isCleanupOver = false
    /// What the last iteration of a loop with a condition gave.
    var last = JSON.null

    mutating func note(_ result: JSON, at position: Int) {
        if results.indices.contains(position) { results[position] = .some(result) }
    }
}
