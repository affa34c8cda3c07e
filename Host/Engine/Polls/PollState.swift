package import PatchbayCore
package import PatchbayJSON

/// What a poll's answer means for how far a trigger has come. Pure.
package struct PollState: Sendable, Equatable {
    /// An item that a run is to be started for.
    package struct Item: Sendable, Equatable {
        package let id: String
        package let value: JSON
    }

    /// Items that are remembered. A connector tells with its cursor what is new; this is for those that tell an item again.
    static let mostSeen = 2_000
    /// The longest wait after failures, in milliseconds, unless the interval itself is longer.
    static let longestWait: Int64 = 3_600_000

    package private(set) var progress: PollProgress
    /// When the next poll is due.
    package private(set) var nextAt: Timestamp

    package init(_ progress: PollProgress, at now: Timestamp) {
        self.progress = progress
        nextAt = now
    }

    /// The items that runs are to be started for, before what follows from the answer is stored.
    ///
    /// - Parameter id: What tells an item from others.
    package mutating func succeed(
        _ items: [JSON], cursor: JSON, by spec: PollSpec, at now: Timestamp, id: (JSON) -> String
    ) -> [Item] {
        let isFirst = progress.cursor == nil && progress.seen.isEmpty && progress.polledAt == nil
        var known = Set(progress.seen)
        var fresh: [Item] = []
        for value in items {
            let item = Item(id: id(value), value: value)
            if known.insert(item.id).inserted { fresh.append(item) }
        }
        let starts = isFirst && spec.start == .now ? [] : fresh
        // Where there is more, the same is asked again, and what was told by then is known. An answer that is longer than what
        // is remembered has to be dealt with whole.
        let isCut = starts.count > spec.most && items.count <= Self.mostSeen
        let taken = isCut ? Array(starts.prefix(spec.most)) : starts
        let told = isCut ? taken : fresh
        // Items that are told again stay among the last.
        let again = items.map(id).filter(Set(progress.seen).contains)
        remember(again + told.map(\.id))
        if !isCut { progress.cursor = cursor }
        (progress.failures, progress.error, progress.polledAt) = (0, nil, now)
        progress.items += Int64(taken.count)
        nextAt = isCut ? now : now + spec.interval
        return taken
    }

    private mutating func remember(_ ids: [String]) {
        guard !ids.isEmpty else { return }
        let last = Set(ids)
        progress.seen = Array((progress.seen.filter { !last.contains($0) } + ids).suffix(Self.mostSeen))
    }

    /// It is polled later, and nothing else is known of it.
    package mutating func postpone(_ wait: Int64) { nextAt = nextAt + wait }

    /// The longer it has failed, the longer is waited, as long as nobody asks for more.
    package mutating func fail(_ failure: OperationFailure, by spec: PollSpec, at now: Timestamp) {
        progress.failures += 1
        progress.error = ["code": .string(failure.code.rawValue), "message": .string(failure.message)]
        progress.polledAt = progress.polledAt ?? (progress.cursor == nil ? nil : now)
        let doublings = min(progress.failures, 20)
        let wait = max(spec.interval, min(Self.longestWait, spec.interval << Int64(doublings - 1)))
        nextAt = now + max(wait, failure.retryAfter ?? 0)
    }
}
