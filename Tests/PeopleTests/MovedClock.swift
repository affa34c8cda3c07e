import PatchbayCore
import Synchronization

/// The present, as far ahead as the test has moved it. Whoever waits notices that it was moved.
final class MovedClock: WaitableTime {
    private let ahead = Mutex<Int64>(0)

    var now: Timestamp { SystemTime().now + ahead.withLock { $0 } }

    func move(minutes: Int64) { ahead.withLock { $0 += minutes * 60_000 } }

    func move(hours: Int64) { ahead.withLock { $0 += hours * 3_600_000 } }

    func wait(until moment: Timestamp) async {
        while now < moment, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(min(max(moment - now, 1), 20)))
        }
    }
}
