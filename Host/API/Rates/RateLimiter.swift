import Logging
import PatchbayCore
import Synchronization

/// Counts requests against what their sender may make in a minute, together with all hosts. Most requests are decided in
/// memory: see `RateBudgetState`. When the database cannot be asked, this host counts alone.
final class RateLimiter: Sendable {
    /// Milliseconds.
    static let window: Int64 = 60_000
    /// More senders than that in a minute share one budget among the rest: they come from a swarm of addresses.
    private static let mostKeys = 50_000

    private struct Entry {
        /// Nil while the limit is asked for.
        var budget: RateBudgetState?
        /// Not limited after all.
        var isFree = false
        /// Somebody asks the database; the others wait for the answer.
        var isAsking = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private struct State {
        var window = Timestamp(milliseconds: 0)
        var entries: [RateKey: Entry] = [:]

        /// A request that was overtaken by the minute's end counts in the new one; a clock that was set back begins anew.
        func window(at now: Timestamp) -> Timestamp {
            let begin = Timestamp(milliseconds: now.milliseconds / RateLimiter.window * RateLimiter.window)
            return begin < window && window - begin <= RateLimiter.window ? window : begin
        }
    }

    private enum Step {
        case done(RateStanding?)
        case ask(portion: Int, RateBudgetState?)
        case wait

        var isAdmission: Bool {
            guard case .done(let standing) = self else { return false }
            return standing?.isAdmitted ?? true
        }
    }

    private let store: any RateStore
    private let standard: RateLimits
    private let clock: any TimeSource
    private let log: Logger
    private let state = Mutex(State())

    init(store: any RateStore, standard: RateLimits, clock: any TimeSource, log: Logger) {
        self.store = store
        self.standard = standard
        self.clock = clock
        self.log = log
    }

    /// Counts one request. With `limit`, against that and not the class's. Throws `RATE_LIMITED`, and `CancellationError`.
    func admit(_ wanted: RateKey, limit: Int? = nil, noting note: RateNote?) async throws {
        guard limit != nil || standard[wanted.rateClass] != nil else { return }
        let now = clock.now
        while true {
            let (key, window, step) = decide(wanted, at: now)
            switch step {
            case .done(let standing):
                guard let standing else { return }
                note?.standing = standing
                guard standing.isAdmitted else { throw APIError.rateLimited(standing, of: key.rateClass, at: now) }
                return
            case .ask(let portion, let budget):
                try await ask(portion, for: key, budget, limit: limit, in: window)
            case .wait:
                await wait(for: key, in: window)
                try Task.checkCancellation()
            }
        }
    }

    /// How a request that was counted stands with its limit; nil where there is none.
    struct Admission {
        let standing: RateStanding?
    }

    /// Counts one request where that needs nobody's answer. Nil: nothing was counted, since it is refused or somebody has to
    /// be asked.
    func admitAtOnce(_ wanted: RateKey, at now: Timestamp) -> Admission? {
        guard standard[wanted.rateClass] != nil else { return Admission(standing: nil) }
        let (_, _, step) = decide(wanted, at: now, isPatient: false)
        guard step.isAdmission, case .done(let standing) = step else { return nil }
        return Admission(standing: standing)
    }

    /// Whoever is not patient changes nothing but by an admission.
    private func decide(
        _ wanted: RateKey, at now: Timestamp, isPatient: Bool = true
    ) -> (RateKey, Timestamp, Step) {
        let (result, late) = state.withLock { state in
            var late: [CheckedContinuation<Void, Never>] = []
            let window = state.window(at: now)
            if state.window != window {
                late = state.entries.values.flatMap(\.waiting)
                state = State(window: window)
            }
            var key = wanted
            if state.entries[key] == nil, state.entries.count >= Self.mostKeys, !key.isTenant {
                key = RateKey(key.rateClass, address: "others")
            }
            var entry = state.entries[key] ?? Entry()
            let step = Self.step(&entry, reset: window + Self.window)
            if isPatient || step.isAdmission { state.entries[key] = entry }
            return ((key, window, step), late)
        }
        for waiter in late { waiter.resume() }
        return result
    }

    private static func step(_ entry: inout Entry, reset: Timestamp) -> Step {
        if entry.isFree { return .done(nil) }
        guard var budget = entry.budget else {
            if entry.isAsking { return .wait }
            entry.isAsking = true
            return .ask(portion: 0, nil)
        }
        let answer = budget.take()
        entry.budget = budget
        switch answer {
        case .admitted(let remaining):
            return .done(RateStanding(limit: budget.limit, remaining: remaining, reset: reset, isAdmitted: true))
        case .refused:
            return .done(RateStanding(limit: budget.limit, remaining: 0, reset: reset, isAdmitted: false))
        case .needs(let portion):
            if entry.isAsking { return .wait }
            entry.isAsking = true
            return .ask(portion: portion, budget)
        }
    }

    /// Asks for the limit first, and then for portions.
    private func ask(
        _ portion: Int, for key: RateKey, _ budget: RateBudgetState?, limit given: Int?, in window: Timestamp
    ) async throws {
        do {
            guard budget != nil else {
                let isSomebodys = given == nil && key.tenant != TenantID.none
                let own = isSomebodys ? try await known { try await store.limits(of: key.tenant) } : nil
                let limit = given ?? own?[key.rateClass] ?? standard[key.rateClass]
                return settle(key, in: window) { entry in
                    entry.budget = limit.map { RateBudgetState(limit: $0) }
                    entry.isFree = limit == nil
                }
            }
            let total = try await known { try await store.take(portion, of: key, in: window) }
            settle(key, in: window) { entry in
                if let total {
                    entry.budget?.receive(portion, total: total)
                } else {
                    entry.budget?.receiveNothing(for: portion)
                }
            }
        } catch {
            // Another asks.
            settle(key, in: window) { _ in }
            throw error
        }
    }

    /// Nil when the database cannot be asked.
    private func known<Value>(_ ask: () async throws -> Value) async throws -> Value? {
        do {
            return try await ask()
        } catch let error as CancellationError {
            throw error
        } catch {
            log.warning(
                "requests are counted without the other hosts", metadata: [LogKeys.error: .string("\(error)")])
            return nil
        }
    }

    /// Whoever waited looks again.
    private func settle(_ key: RateKey, in window: Timestamp, _ change: (inout Entry) -> Void) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard state.window == window, var entry = state.entries[key] else { return [] }
            change(&entry)
            entry.isAsking = false
            let waiting = entry.waiting
            entry.waiting = []
            state.entries[key] = entry
            return waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    /// Whoever asks ends by itself, within what the database's pool has patience for.
    private func wait(for key: RateKey, in window: Timestamp) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state -> Bool in
                guard state.window == window, state.entries[key]?.isAsking == true else { return true }
                state.entries[key]?.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
