package import Logging
package import PatchbayCore
import Synchronization

/// Counts who looks at templates, and writes it down now and then for many at once; a host that is killed forgets a few seconds of it.
///
/// A caller's views of a template within an hour are one. Who they were is known here until the hour is over, as a number that
/// only this process can make, and written nowhere.
package final class ViewTally: Sendable {
    /// Milliseconds.
    private static let window: Int64 = 3_600_000
    /// More callers and templates than that in an hour are not told apart, and their views are left out.
    private static let mostSeen = 100_000
    /// More rows than that are not gathered while the database is away.
    private static let mostRows = 20_000
    private static let interval = Duration.seconds(5)

    private struct Key: Hashable {
        var template: TemplateID
        var day: Int64
        var source: String
    }

    private struct State {
        var counts: [Key: Int] = [:]
        var seen: Set<Int> = []
        var window: Int64 = 0
    }

    private let store: any TemplateStatisticsStore
    private let clock: any TimeSource
    private let log: Logger
    private let state = Mutex(State())

    package init(store: any TemplateStatisticsStore, clock: any TimeSource, log: Logger) {
        self.store = store
        self.clock = clock
        self.log = log
    }

    func count(_ template: TemplateID, by caller: Participant, from source: String) {
        let now = clock.now
        // Seeded anew by each process, so that nobody can compute it from outside.
        var hasher = Hasher()
        hasher.combine(template)
        hasher.combine(caller)
        let viewer = hasher.finalize()
        state.withLock { state in
            let window = now.milliseconds / Self.window
            if state.window != window {
                state.window = window
                state.seen = []
            }
            guard state.seen.count < Self.mostSeen, state.seen.insert(viewer).inserted else { return }
            let key = Key(template: template, day: now.daysSinceEpoch, source: source)
            guard state.counts.count < Self.mostRows || state.counts[key] != nil else { return }
            state.counts[key, default: 0] += 1
        }
    }

    /// Writes what there is, now.
    package func flush() async {
        let counts = state.withLock { state in
            defer { state.counts = [:] }
            return state.counts
        }
        guard !counts.isEmpty else { return }
        do {
            try await store.add(
                counts.map {
                    TemplateViews(template: $0.key.template, day: $0.key.day, source: $0.key.source, views: $0.value)
                })
        } catch {
            log.debug("views of templates could not be written yet", metadata: [LogKeys.error: .string("\(error)")])
            state.withLock { state in
                for (key, count) in counts where state.counts.count < Self.mostRows || state.counts[key] != nil {
                    state.counts[key, default: 0] += count
                }
            }
        }
    }

    /// Writes every few seconds until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.interval)
            await flush()
        }
    }
}
