package import Logging
package import PatchbayCore

/// Reads the indexes that the installation follows, each when its time has come and by one host at a time.
package struct IndexFollower: Sendable {
    private let store: any IndexStore
    private let web: IndexWeb
    private let clock: any TimeSource
    private let logger: Logger

    /// Milliseconds after which another host may read one in place of this; longer than any reading takes.
    private static let lease: Int64 = 300_000

    package init(store: any IndexStore, web: IndexWeb, clock: any TimeSource, logger: Logger) {
        self.store = store
        self.web = web
        self.clock = clock
        self.logger = logger
    }

    /// Reads all whose time has come, one after the other. True: there was one.
    @discardableResult package func followDue() async throws -> Bool {
        var hasRead = false
        while !Task.isCancelled {
            let now = clock.now
            guard let index = try await store.claim(at: now, until: now + Self.lease) else { return hasRead }
            try await follow(index)
            hasRead = true
        }
        return hasRead
    }

    private func follow(_ index: TemplateIndex) async throws {
        let answer = try await web.read(index)
        let now = clock.now
        var state = IndexState(index.progress, interval: index.interval)
        var step = state.take(answer, at: now)
        do {
            let isStored = try await store.store(
                state.progress, next: step.next, of: index, content: step.content, at: now)
            if isStored { tell(state.progress, of: index, isNew: step.content != nil) }
        } catch let failure as IndexFailure {
            // Only the store knows what was offered before.
            state = IndexState(index.progress, interval: index.interval)
            step = state.take(.failed(failure), at: now)
            if try await store.store(state.progress, next: step.next, of: index, content: nil, at: now) {
                tell(state.progress, of: index, isNew: false)
            }
        }
    }

    private func tell(_ progress: IndexProgress, of index: TemplateIndex, isNew: Bool) {
        if let error = progress.error {
            // Once for a series.
            guard index.progress.error?.code != error.code else { return }
            logger.warning(
                "an index is not used as it is", metadata: ["index": "\(index.name)", "error": "\(error)"])
        } else if isNew {
            logger.info(
                "an index has changed", metadata: ["index": "\(index.name)", "serial": "\(progress.serial ?? 0)"])
        }
    }
}
