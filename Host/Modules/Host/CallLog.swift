import PatchbayCore

/// The lines of one call, within the limits of `host.h`.
struct CallLog {
    /// Lines that are kept; further ones are counted.
    static let mostLines = 1_000
    /// Bytes of a message, and of the fields' JSON text.
    static let longestLine = 16 << 10

    private var lines: [LogLine] = []
    private var dropped = 0

    /// Whether a further line would only be counted.
    var isFull: Bool { lines.count == Self.mostLines }

    mutating func append(_ line: LogLine) {
        if isFull { drop() } else { lines.append(line) }
    }

    mutating func drop() { dropped += 1 }

    /// Everything, once; when lines were dropped the last one kept says how many.
    mutating func take() -> [LogLine] {
        if dropped > 0, let last = lines.popLast() {
            let note = "\(dropped + 1) further lines were not kept: a call may log \(Self.mostLines)."
            lines.append(LogLine(at: last.at, level: .warning, message: note))
        }
        defer { self = CallLog() }
        return lines
    }
}
