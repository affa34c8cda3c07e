package import PatchbayJSON

/// What expressions read while a run goes on.
package struct Scope: Sendable {
    /// A loop's present iteration.
    package struct Iteration: Sendable {
        package var item: JSON
        /// 0 for the first.
        package var index: Int

        package init(item: JSON, index: Int) {
            self.item = item
            self.index = index
        }
    }

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
    /// Of the innermost loop; nil outside of loops.
    package var item: JSON?
    package var index: Int?
    /// All loops around the node, the innermost too, by the ids of their nodes.
    package var loops: [String: Iteration]
    /// Values of further names (`KnownNames.variables`).
    package var variables: JSONObject
    /// The present, chance, time zones and digests, for the functions that need them.
    package var surroundings: Surroundings

    package init(
        trigger: JSON, steps: [String: JSON] = [:], env: [String: String] = [:], run: JSON = .null,
        workflow: JSON = .null, item: JSON? = nil, index: Int? = nil, loops: [String: Iteration] = [:],
        variables: JSONObject = [:], surroundings: Surroundings = .none
    ) {
        self.trigger = trigger
        self.steps = steps
        self.env = env
        self.run = run
        self.workflow = workflow
        self.item = item
        self.index = index
        self.loops = loops
        self.variables = variables
        self.surroundings = surroundings
    }
}
