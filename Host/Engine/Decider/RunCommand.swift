package import PatchbayCore
package import PatchbayJSON

/// What is to be done next for a run. `record` comes first and once: nothing that follows it may be done before its
/// entries are stored.
package enum RunCommand: Sendable, Equatable {
    /// Append these entries in one batch. The state has them already: when they cannot be stored, it is worthless.
    case record([JournalEntry])
    case call(StepCall)
    /// Cut the call of this step short; its end is awaited all the same. May be said again.
    case cancel(StepKey)
    /// Store a child run, unless the same is there; then say `RunEvent.childStarted`, or `childEnded` when that is
    /// impossible. Said again after a crash until the start is on record.
    indirect case startChild(ChildRun)
    /// Ask a child run to end; that it has is awaited for a while. May be said again.
    case cancelChild(StepKey, run: RunID)
    /// Store that the run waits for events for all runs of this name and key; then say `RunEvent.listening`. Said again by
    /// every worker that takes the run on while the step waits.
    case listen(StepKey, attempt: Int, name: String, key: String)
    /// Store a task for people, unless the same is there; then say `RunEvent.taskOpened`. Said again by every worker that
    /// takes the run on while the step waits.
    indirect case openTask(AskedTask)
    /// Nobody needs the task of this step any longer. Said once, and not at the run's end, which ends all its tasks.
    case withdrawTask(StepKey, attempt: Int)
    /// Answer whoever waits for the run's response: {"status", "headers", "body"}. Stands in a `run_responded` entry too,
    /// for those who wait elsewhere.
    case respond(JSON)
    /// Nothing is due before this moment, unless something else happens.
    case wait(until: Timestamp)
    /// As `wait`, and nothing is under way here: the run may be given back as a row that is due then, or when an event, a
    /// child's end or a cancellation comes.
    case park(until: Timestamp)
}
