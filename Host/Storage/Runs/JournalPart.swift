import PatchbayCore

/// A part of the journal: the entries of all runs that were stored in one week, which begins on Monday.
struct JournalPart: Hashable, Sendable {
    static let length: Int64 = 7 * 86_400_000
    /// 1970-01-05, a Monday.
    private static let first: Int64 = 4 * 86_400_000
    private static let prefix = "run_journal_"

    let start: Timestamp

    /// The part that runs of a moment belong to.
    init(of moment: Timestamp) {
        let into = (moment.milliseconds - Self.first) % Self.length
        start = moment + -(into < 0 ? into + Self.length : into)
    }

    /// The part of a table's name; nil for one that is none of them.
    init?(table: String) {
        let digits = table.dropFirst(Self.prefix.count)
        guard table.hasPrefix(Self.prefix), digits.utf8.count == 8,
            let day = Timestamp("\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))T00:00:00Z")
        else { return nil }
        start = day
    }

    var end: Timestamp { start + Self.length }
    var next: JournalPart { JournalPart(of: end) }

    /// `run_journal_20261116`
    var table: String { Self.prefix + start.description.prefix(10).split(separator: "-").joined() }

    /// The least id of its runs, and the least behind them.
    var ids: Range<RunID> { RunID.least(at: start)..<RunID.least(at: end) }
}
