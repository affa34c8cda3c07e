import PatchbayCore
import PatchbayJSON

/// How long runs stood still whose worker was killed: from then to the next entry of their journals, in milliseconds.
struct Recovery {
    /// A worker's death, and what it had in hand.
    struct Kill: Sendable {
        var at: Timestamp
        var runs: [RunID]
    }

    private var kills: [RunID: [Timestamp]] = [:]
    private let outages: [ClosedRange<Timestamp>]
    private(set) var pauses: [Int64] = []

    /// - Parameter outages: When the database was away, which says nothing about workers.
    init(after kills: [Kill], outages: [ClosedRange<Timestamp>]) {
        self.outages = outages
        for kill in kills {
            for run in kill.runs { self.kills[run, default: []].append(kill.at) }
        }
    }

    mutating func look(at entries: [JournalEntry], of run: RunID) {
        for death in kills[run] ?? [] {
            guard let next = entries.firstIndex(where: { $0.at > death }), next > 0 else { continue }
            let pause = death...entries[next].at
            guard !Self.waits(entries[next - 1]), !outages.contains(where: { $0.overlaps(pause) }) else { continue }
            pauses.append(entries[next].at - death)
        }
    }

    /// Whether nothing was to happen for a while anyway.
    private static func waits(_ entry: JournalEntry) -> Bool {
        [.stepWaiting, .childStarted].contains(entry.kind) || entry.data["retry_at"] != nil
    }

    var report: String {
        let sorted = pauses.sorted()
        guard let most = sorted.last else { return "no run had to be taken over" }
        let (median, late) = (sorted[sorted.count / 2], sorted[sorted.count * 99 / 100])
        return
            "\(sorted.count) times a run was taken over from a killed worker: median \(median) ms to its next entry, "
            + "p99 \(late) ms, most \(most) ms (budget 5000 ms)"
    }
}
