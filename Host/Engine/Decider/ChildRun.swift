package import PatchbayCore
package import PatchbayJSON

/// A run that a step asks for: a sub-workflow.
package struct ChildRun: Sendable, Equatable {
    /// The step that asks.
    package let key: StepKey
    package let attempt: Int
    /// Starting the same child twice must give the same run: this goes with it as the key that repetitions are known by.
    package let idempotencyKey: String
    package let workflow: WorkflowID
    /// Nil: the newest at the time.
    package let version: Int?
    /// Becomes the child's `trigger.body`; its `trigger.kind` is "workflow".
    package let input: JSON
    /// Becomes `parent` of the child's `run_started` entry, as it is: {"run", "node", "path", "attempt", "depth": how many
    /// runs stand above the child, "awaits": whether the end of the child is waited for}. Where it awaits, whoever ends the
    /// child sends `RunEvent.childEnded` to the parent.
    package let parent: JSON
}

/// How a child run ended.
package enum ChildEnd: Sendable, Equatable {
    case completed(output: JSON)
    /// The child's error {code, message, node}; also when there is no such workflow or version, so that it was not started.
    case failed(error: JSON)
    case cancelled
}
