import PatchbayCore
import Synchronization

@testable import PatchbayEngine

/// Time that stands still until a test moves it.
final class ManualClock: WaitableTime {
    private struct State {
        var now = Timestamp.start
        var nextID = 0
        var sleepers: [Int: (until: Timestamp, continuation: CheckedContinuation<Void, Never>)] = [:]
    }

    private let state = Mutex(State())
    private let changes = Bell()

    var now: Timestamp { state.withLock { $0.now } }

    func wait(until moment: Timestamp) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.now >= moment || Task.isCancelled { return true }
                    state.sleepers[id] = (moment, continuation)
                    return false
                }
                if isOver { continuation.resume() } else { changes.ring() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume()
        }
    }

    /// Waits until somebody sleeps until exactly that moment, then makes it that late.
    func advance(to moment: Timestamp) async {
        await waitForSleeper(until: moment)
        set(moment)
    }

    func waitForSleeper(until moment: Timestamp) async {
        while !Task.isCancelled {
            let heard = changes.rings
            if state.withLock({ $0.sleepers.values.contains { $0.until == moment } }) { return }
            await changes.wait(past: heard)
        }
    }

    /// Makes it that late at once.
    func set(_ moment: Timestamp) {
        let over = state.withLock { state in
            state.now = max(state.now, moment)
            let over = state.sleepers.filter { $0.value.until <= state.now }
            for id in over.keys { state.sleepers[id] = nil }
            return over.values.map(\.continuation)
        }
        for sleeper in over { sleeper.resume() }
    }
}
