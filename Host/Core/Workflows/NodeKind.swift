/// What a node does; the words of a document's `type`.
package enum NodeKind: String, Sendable, CaseIterable {
    /// Starts a run when somebody asks for it.
    case manual
    /// Starts a run for each delivery to its endpoint.
    case webhook
    /// Calls a connector's action.
    case action
    /// Goes on through port "true" or "false".
    case condition
    /// Gives a value that it computes.
    case set

    package var isTrigger: Bool {
        switch self {
        case .manual, .webhook: true
        case .action, .condition, .set: false
        }
    }

    /// The document's member with what the node works on.
    package var parameters: String { self == .action ? "input" : "config" }

    /// The ways out that edges choose between; empty for a node with one way out, whose edges name none.
    package var ports: [String] { self == .condition ? ["true", "false"] : [] }
}
