import PatchbayCore
import Synchronization

/// A millisecond later each time it is asked, so that nothing happens at the same time twice. Waiting takes
/// as long as it would by any other clock.
final class SteppingClock: WaitableTime {
    private let milliseconds: Mutex<Int64>

    init(_ start: Int64 = 1_768_212_300_000) { milliseconds = Mutex(start) }

    var now: Timestamp {
        milliseconds.withLock {
            $0 += 1
            return Timestamp(milliseconds: $0)
        }
    }

    func advance(by span: Int64) { milliseconds.withLock { $0 += span } }

    func wait(until moment: Timestamp) async {
        try? await Task.sleep(for: .milliseconds(max(moment - now, 0)))
    }
}
