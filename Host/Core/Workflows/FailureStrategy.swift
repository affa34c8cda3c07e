/// What a step that failed, out of attempts, means for the run; the words of a node's `on_error`.
package enum FailureStrategy: String, Sendable, CaseIterable {
    /// The run fails.
    case fail
    /// The run goes on; the step's output is {"error": {code, message}}.
    case `continue`
}
