import PatchbayCore
import Synchronization

/// The large values that this process stored lately, so that one which passes from step to step is sent once.
///
/// A hint, never a promise: whoever relies on it asks the database whether the value is there.
final class RecentBlobs: Sendable {
    struct Blob: Hashable, Sendable {
        var tenant: TenantID
        /// SHA-256.
        var digest: [UInt8]
    }

    /// Of each of two generations; about 300 KiB together.
    private static let most = 1_024

    /// When the new generation is full it becomes the old one, which is forgotten.
    private struct State {
        var new: Set<Blob> = []
        var old: Set<Blob> = []
    }

    private let most: Int
    private let state = Mutex(State())

    init(most: Int = RecentBlobs.most) { self.most = most }

    /// Whether it was stored lately; one that is asked for stays.
    func contains(_ blob: Blob) -> Bool {
        state.withLock { state in
            if state.new.contains(blob) { return true }
            guard state.old.contains(blob) else { return false }
            Self.insert(blob, into: &state, most: most)
            return true
        }
    }

    func insert(_ blob: Blob) { state.withLock { Self.insert(blob, into: &$0, most: most) } }

    private static func insert(_ blob: Blob, into state: inout State, most: Int) {
        state.new.insert(blob)
        if state.new.count >= most { (state.old, state.new) = (state.new, []) }
    }
}
