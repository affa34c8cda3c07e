package import PatchbayCore
package import PatchbayJSON

/// A task that a step asks people for.
package struct AskedTask: Sendable, Equatable {
    /// The step that asks.
    package let key: StepKey
    package let attempt: Int
    package let task: HumanTask
    /// Since when the step waits: the time limit counts from here, whenever the task is stored.
    package let askedAt: Timestamp
}

/// How a task ended, as its run is told.
package enum TaskEnd: Sendable, Equatable {
    /// The step's output, and the port on which the run goes on.
    case decided(output: JSON, port: String)
    case timedOut(output: JSON)
    /// It could not be asked for.
    case failed(StepError)
}
