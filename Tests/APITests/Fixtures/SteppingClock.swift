import PatchbayCore
import Synchronization

/// A millisecond later each time it is asked, so that nothing happens at the same time twice.
final class SteppingClock: TimeSource {
    private let milliseconds: Mutex<Int64>

    init(_ start: Int64 = 1_768_212_300_000) { milliseconds = Mutex(start) }

    var now: Timestamp {
        milliseconds.withLock {
            $0 += 1
            return Timestamp(milliseconds: $0)
        }
    }
}
