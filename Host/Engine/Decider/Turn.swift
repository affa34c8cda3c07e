import PatchbayCore

/// One decision in the making.
struct Turn: Sendable {
    let now: Timestamp
    /// How many more calls may begin.
    let room: Int
    var entries: [JournalEntry] = []
    var calls: [StepCall] = []
    /// What follows the entries, beside calls.
    var commands: [RunCommand] = []

    /// Entries of one decision; what is left follows in the next, so that no batch grows without bound.
    static let mostEntries = 500

    var isFull: Bool { entries.count >= Self.mostEntries }
}
