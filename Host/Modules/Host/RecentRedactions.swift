import PatchbayOutbound
import Synchronization

/// What masks the secrets of calls that have ended a moment ago: a connector may still say something about them, and so may
/// its process when it ends.
final class RecentRedactions: Sendable {
    /// Milliseconds after a call's end.
    private static let age: Int64 = 30_000
    private static let capacity = 64

    private struct Kept {
        var redaction: Redaction
        /// By `MonotonicClock`.
        var until: Int64
    }

    private let kept = Mutex<[Int: Kept]>([:])

    func note(_ redaction: Redaction) {
        let now = MonotonicClock.now
        kept.withLock { kept in
            if kept[redaction.fingerprint] == nil { Self.makeRoom(&kept, now) }
            kept[redaction.fingerprint] = Kept(redaction: redaction, until: now + Self.age)
        }
    }

    var all: [Redaction] {
        let now = MonotonicClock.now
        return kept.withLock { kept in
            kept = kept.filter { $0.value.until > now }
            return kept.values.map(\.redaction)
        }
    }

    private static func makeRoom(_ kept: inout [Int: Kept], _ now: Int64) {
        kept = kept.filter { $0.value.until > now }
        while kept.count >= capacity, let oldest = kept.min(by: { $0.value.until < $1.value.until }) {
            kept[oldest.key] = nil
        }
    }
}
