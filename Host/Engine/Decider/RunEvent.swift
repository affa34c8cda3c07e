package import PatchbayCore
package import PatchbayJSON

/// Something that happened to a run. Each may come late, twice or out of order: what is no news changes nothing.
package enum RunEvent: Sendable {
    /// A call has ended, or nobody waits for it any longer.
    case callEnded(StepCall, StepOutcome)
    /// Somebody wants the run to end.
    case cancelRequested
    /// Somebody sent the run an event. Of events with the same id (at most 200 bytes) the first counts.
    /// With a key it is one for all runs, and goes to steps that wait for that key only.
    case eventReceived(name: String, payload: JSON, id: String, key: String? = nil)
    /// The child that a step asked for is stored.
    case childStarted(StepKey, attempt: Int, run: RunID)
    /// The child has ended, or could not be started.
    case childEnded(StepKey, attempt: Int, ChildEnd)
    /// That a step waits for events for all runs is stored.
    case listening(StepKey, attempt: Int)
    /// The task that a step asked for is stored.
    case taskOpened(StepKey, attempt: Int)
    /// The task is over, or could not be stored.
    case taskEnded(StepKey, attempt: Int, TaskEnd)
}
