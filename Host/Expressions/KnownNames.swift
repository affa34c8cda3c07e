/// What expressions may name, as far as it is known before a run.
package struct KnownNames: Sendable {
    /// The names an expression can begin with.
    package static let roots = ["trigger", "steps", "input", "run", "workflow", "env"]

    /// Ids of the workflow's nodes.
    package var steps: Set<String>
    /// Names in `env`; nil when that is not known, and then any name is accepted.
    package var env: Set<String>?

    package init(steps: Set<String>, env: Set<String>? = nil) {
        self.steps = steps
        self.env = env
    }
}

/// What a compiled value reads.
package enum Reference: Hashable, Sendable {
    /// One of `KnownNames.roots`.
    case root(String)
    /// The output of a node.
    case step(String)
    /// A member of `env`.
    case env(String)
}
