package import PatchbayJSON

/// What expressions read while a run goes on.
package struct Scope: Sendable {
    /// What started the run: {kind, body, …}. `trigger.payload` and `input` are other names for its `body`.
    package var trigger: JSON
    /// Outputs of the steps that have completed, by node id.
    package var steps: [String: JSON]
    /// The allow-listed environment.
    package var env: [String: String]
    /// {id, workflow_id}
    package var run: JSON
    /// {id, name, version}
    package var workflow: JSON

    package init(
        trigger: JSON, steps: [String: JSON] = [:], env: [String: String] = [:], run: JSON = .null,
        workflow: JSON = .null
    ) {
        self.trigger = trigger
        self.steps = steps
        self.env = env
        self.run = run
        self.workflow = workflow
    }
}
