import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import Synchronization

/// What a call logs, within the limits of `host.h`, with its secrets masked.
final class CallLog: Sendable {
    /// Lines that are kept; further ones are counted.
    static let mostLines = 1_000
    /// Bytes of a message, and of the fields' JSON text.
    static let longestLine = 16 << 10

    private struct State {
        var lines: [LogLine] = []
        var dropped = 0
    }

    private let redaction: Redaction?
    private let state = Mutex(State())

    init(redaction: Redaction?) { self.redaction = redaction }

    /// `message` and `fields` within the limits.
    func append(_ level: LogLine.Level, _ message: String, _ fields: JSON) {
        let isFull = state.withLock { state in
            if state.lines.count == Self.mostLines { state.dropped += 1 }
            return state.lines.count == Self.mostLines
        }
        guard !isFull else { return }
        let line = LogLine(
            at: Timestamp(milliseconds: WallClock.now), level: level, message: redaction?.masked(message) ?? message,
            fields: redaction?.masked(fields) ?? fields)
        state.withLock { state in
            if state.lines.count < Self.mostLines { state.lines.append(line) } else { state.dropped += 1 }
        }
    }

    /// Everything; when lines were dropped the last one kept says how many.
    func take() -> [LogLine] {
        state.withLock { state in
            if state.dropped > 0, let last = state.lines.popLast() {
                let note = "\(state.dropped + 1) further lines were not kept: a call may log \(Self.mostLines)."
                state.lines.append(LogLine(at: last.at, level: .warning, message: note))
                state.dropped = 0
            }
            return state.lines
        }
    }
}
