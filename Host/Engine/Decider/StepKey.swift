/// Names one step of a run: a node, at a place in nested containers.
///
/// The path is empty at the top. Each container around the node adds two parts, all parts joined by `/`: the container's
/// id, and which of its bodies the node stands in (the number of a loop's iteration from 0, the name of a parallel's
/// branch, `body`, `catch` or `finally` of a try). `each/3/inner/0` is the first iteration of the loop `inner` in the
/// fourth of the loop `each`. A container that is tried again has the number of the attempt behind its id: `each~2/0`.
package struct StepKey: Hashable, Sendable {
    /// Why something is called for a step.
    package enum Role: Sendable {
        /// To do what the node says.
        case step
        /// To undo what the step did, when the run failed or was cancelled.
        case compensation
    }

    /// Id of the node.
    package let node: String
    package let path: String
    package let role: Role

    package init(node: String, path: String = "", role: Role = .step) {
        self.node = node
        self.path = path
        self.role = role
    }
}

extension StepKey: CustomStringConvertible {
    package var description: String {
        (path.isEmpty ? node : "\(path)/\(node)") + (role == .compensation ? " (compensation)" : "")
    }
}
