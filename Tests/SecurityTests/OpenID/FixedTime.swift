import PatchbayCore
import Synchronization

/// A clock that goes on when it is told.
final class FixedTime: TimeSource {
    private let moment = Mutex(Timestamp(milliseconds: 1_768_212_300_000))

    var now: Timestamp { moment.withLock { $0 } }

    func advance(by span: Int64) { moment.withLock { $0 = $0 + span } }
}
