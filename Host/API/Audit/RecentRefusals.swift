import PatchbayCore
import Synchronization

/// How often somebody was refused within a minute, so that nobody fills the log by asking again and again: the first few are
/// taken down each, then every time their number has doubled.
final class RecentRefusals: Sendable {
    /// Milliseconds.
    private static let window: Int64 = 60_000
    private static let each = 8
    /// More callers at a time share one count.
    private static let most = 10_000

    private struct Count {
        var since: Timestamp
        var total = 0
        /// Not taken down yet.
        var open = 0
    }

    private let counts = Mutex<[String: Count]>([:])

    /// Counts one. Answers how many there were since the last one that was taken down, with this one; nil: it is left out.
    func count(_ caller: String, at now: Timestamp) -> Int? {
        counts.withLock { counts in
            var name = caller
            if counts[name] == nil, counts.count >= Self.most {
                counts = counts.filter { now - $0.value.since < Self.window }
                if counts.count >= Self.most { name = "" }
            }
            var count = counts[name] ?? Count(since: now)
            if now - count.since >= Self.window { count = Count(since: now, open: count.open) }
            count.total += 1
            count.open += 1
            let isTaken = count.total <= Self.each || count.total.nonzeroBitCount == 1
            let answer = isTaken ? count.open : nil
            if isTaken { count.open = 0 }
            counts[name] = count
            return answer
        }
    }
}
