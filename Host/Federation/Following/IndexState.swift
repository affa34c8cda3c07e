package import PatchbayCore

/// What came of asking for an index.
package enum IndexAnswer: Sendable, Equatable {
    /// The server says that it is as it was.
    case unchanged
    /// Signed by the registered key, and readable. `digest`: SHA-256 of what was signed.
    case offered(IndexDocument, digest: String, etag: String?)
    case failed(IndexFailure)
}

/// How following an index goes on: pure, an answer in, what is to be stored out.
///
/// What is offered changes only by an index that is newer than the one before, under the same name; whatever else comes, the
/// last good one stays.
package struct IndexState: Sendable, Equatable {
    package private(set) var progress: IndexProgress
    /// Milliseconds from one reading to the next.
    package let interval: Int64

    /// Milliseconds until the first reading after a failure.
    private static let firstRetry: Int64 = 60_000
    private static let longestRetry: Int64 = 3_600_000

    package init(_ progress: IndexProgress, interval: Int64) {
        self.progress = progress
        self.interval = interval
    }

    /// What is to be done after an answer.
    package struct Step: Sendable, Equatable {
        /// In place of what was offered; nil: that stays.
        package var content: IndexContent?
        /// When it is read next.
        package var next: Timestamp
    }

    package mutating func take(_ answer: IndexAnswer, at now: Timestamp) -> Step {
        progress.checkedAt = now
        switch answer {
        case .failed(let failure): return fail(failure, at: now)
        case .unchanged:
            guard progress.digest != nil else {
                return fail(
                    IndexFailure(.unreachable, "The server says that nothing has changed, and was not asked that."),
                    at: now)
            }
            return settle(at: now)
        case .offered(let document, let digest, let etag):
            if let failure = objection(to: document, digest) { return fail(failure, at: now) }
            progress.etag = etag
            if progress.digest == digest { return settle(at: now) }
            progress.title = document.name
            progress.serial = document.serial
            progress.digest = digest
            progress.templates = document.templates.count
            progress.connectors = document.connectors.count
            progress.changedAt = now
            var step = settle(at: now)
            step.content = IndexContent(templates: document.templates, connectors: document.connectors)
            return step
        }
    }

    private func objection(to document: IndexDocument, _ digest: String) -> IndexFailure? {
        if let title = progress.title, title != document.name {
            return IndexFailure(
                .renamed,
                "The index calls itself \(document.name.quoted), and was \(title.quoted) before. If that is meant, register it anew."
            )
        }
        guard let serial = progress.serial else { return nil }
        if document.serial < serial {
            return IndexFailure(
                .rolledBack,
                "The index has the serial number \(document.serial), and had \(serial) before. Somebody gives out an old one, or "
                    + "its maker lost the newer: they write it anew over the last one that was given out.")
        }
        if document.serial == serial, let known = progress.digest, known != digest {
            return IndexFailure(
                .serialReused,
                "The index has other content under the serial number \(serial). Its maker writes it anew, which gives the next."
            )
        }
        return nil
    }

    private mutating func settle(at now: Timestamp) -> Step {
        progress.failures = 0
        progress.error = nil
        return Step(content: nil, next: now + interval)
    }

    /// The longer it fails the less often it is asked, but once an hour, or as often as it would be otherwise.
    private mutating func fail(_ failure: IndexFailure, at now: Timestamp) -> Step {
        progress.failures += 1
        progress.error = failure
        let pause = Self.firstRetry << min(Int64(progress.failures - 1), 10)
        return Step(content: nil, next: now + min(pause, max(interval, Self.longestRetry)))
    }
}
