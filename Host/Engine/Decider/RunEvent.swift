package import PatchbayCore
package import PatchbayJSON

/// Something that happened to a run. Each may come late, twice or out of order: what is no news changes nothing.
package enum RunEvent: Sendable {
    /// A call has ended, or nobody waits for it any longer.
    case callEnded(StepCall, StepOutcome)
    /// Somebody wants the run to end.
    case cancelRequested
    /// Somebody sent the run an event. Of events with the same id (at most 200 bytes) the first counts.
    case eventReceived(name: String, payload: JSON, id: String)
    /// The child that a step asked for is stored.
    case childStarted(StepKey, attempt: Int, run: RunID)
    /// The child has ended, or could not be started.
    case childEnded(StepKey, attempt: Int, ChildEnd)
}
