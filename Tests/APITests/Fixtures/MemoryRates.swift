import PatchbayCore
import Synchronization

/// Budgets of requests in memory.
final class MemoryRates: RateStore {
    struct State {
        var limits: [TenantID: RateLimits] = [:]
        var taken: [RateKey: [Timestamp: Int]] = [:]
        /// How often it was asked for a portion.
        var questions = 0
        var isAway = false
    }

    struct Away: Error {}

    let state: Mutex<State> = Mutex(State())

    func limits(of tenant: TenantID) async throws -> RateLimits {
        try state.withLock {
            if $0.isAway { throw Away() }
            return $0.limits[tenant] ?? .none
        }
    }

    func take(_ count: Int, of key: RateKey, in window: Timestamp) async throws -> Int {
        await Task.yield()
        return try state.withLock {
            $0.questions += 1
            if $0.isAway { throw Away() }
            $0.taken[key, default: [:]][window, default: 0] += count
            return $0.taken[key]?[window] ?? 0
        }
    }
}
