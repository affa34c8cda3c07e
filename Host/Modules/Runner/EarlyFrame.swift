import PatchbayFrames
import Synchronization

/// Keeps a frame back until the one before it was sent.
final class EarlyFrame: Sendable {
    private struct State {
        var isOpen = false
        var kept: Frame?
    }

    private let state = Mutex(State())

    /// From now on frames go out at once; answers the one that was kept.
    func open() -> Frame? {
        state.withLock { state in
            state.isOpen = true
            defer { state.kept = nil }
            return state.kept
        }
    }

    func isOpen(orKeep frame: Frame) -> Bool {
        state.withLock { state in
            if !state.isOpen { state.kept = frame }
            return state.isOpen
        }
    }
}
