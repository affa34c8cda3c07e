package import PatchbayCore

/// What is to be done next for a run. `record` comes first and once: nothing that follows it may be done before its
/// entries are stored.
package enum RunCommand: Sendable, Equatable {
    /// Append these entries in one batch, and apply them.
    case record([JournalEntry])
    case call(StepCall)
    /// Cut the call of this node short.
    case cancel(Int)
    /// Nothing is due before this moment, unless something else happens.
    case wait(until: Timestamp)
}
