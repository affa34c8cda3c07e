package import Logging
import Synchronization

/// Keeps what is logged at every level, as text.
package final class LogCapture: Sendable {
    private let kept = Mutex("")

    package init() {}

    package var text: String { kept.withLock { $0 } }

    package var logger: Logger { Logger(label: "captured") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: LogCapture
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            log.kept.withLock { $0 += "\(event.level) \(event.message) \(metadata)\n" }
        }
    }
}
