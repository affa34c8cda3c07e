import PatchbayCore

/// How much of what starts nothing is kept: whoever knows an endpoint may send what they like as often as they like, and must
/// not fill the disk with it. Pure.
struct RefusalBudgetState {
    /// Deliveries of a webhook that are kept of each minute; of others only the number.
    static let most = 60
    private static let window: Int64 = 60_000
    /// More webhooks at a time share one budget.
    private static let mostWebhooks = 10_000

    private struct Entry {
        var since: Timestamp
        var kept = 0
        var skipped = 0
    }

    private var entries: [WebhookID: Entry] = [:]
    private static let others = WebhookID(high: 0, low: 0)

    /// How many were not kept since the last one that was; nil when this one is not kept either.
    mutating func keep(of webhook: WebhookID, at now: Timestamp) -> Int? {
        if entries[webhook] == nil, entries.count >= Self.mostWebhooks {
            entries = entries.filter { now - $0.value.since < Self.window || $0.value.skipped > 0 }
        }
        let key = entries[webhook] == nil && entries.count >= Self.mostWebhooks ? Self.others : webhook
        var entry = entries[key] ?? Entry(since: now)
        if !(0..<Self.window).contains(now - entry.since) {
            entry.since = now
            entry.kept = 0
        }
        defer { entries[key] = entry }
        guard entry.kept < Self.most else {
            entry.skipped += 1
            return nil
        }
        entry.kept += 1
        defer { entry.skipped = 0 }
        return entry.skipped
    }
}
