/// What a step that failed, out of attempts, means for the run; the words of a node's `on_error`.
package enum FailureStrategy: String, Sendable, CaseIterable {
    /// The run, or the body of the container around it, fails.
    case fail
    /// The run goes on; the step's output is {"error": {code, message}}.
    case `continue`
    /// As `fail`; without a `retry` of its own the node is tried three times.
    case retry
    /// The run goes on through the port "error"; the step's output is {"error": {code, message}}.
    case route
    /// The run goes on; the step's output is the node's `fallback`.
    case fallback

    /// The way out that `route` takes.
    package static let port = "error"
}
