import PatchbayCore
import Synchronization

/// Fetches something for all who ask at the same time, once.
final class SharedFetch<Value: Sendable>: Sendable {
    private struct State {
        var refresh = RefreshState<Value>()
        var flight: Task<Value, any Error>?
    }

    private let clock: any TimeSource
    private let fetch: @Sendable () async throws -> Value
    private let state = Mutex(State())

    /// - Parameter fetch: Ends by itself within seconds.
    init(clock: any TimeSource, _ fetch: @escaping @Sendable () async throws -> Value) {
        self.clock = clock
        self.fetch = fetch
    }

    /// What is known, or else fetched.
    func value() async throws -> Value {
        if let known = state.withLock({ $0.refresh.current(at: clock.now) }) { return known }
        return try await fetched()
    }

    /// What is fetched now, because what is known lacks something; nil when it was fetched a moment ago.
    func newer() async throws -> Value? {
        guard state.withLock({ $0.flight != nil || $0.refresh.mayFetch(at: clock.now) }) else { return nil }
        return try await fetched()
    }

    private func fetched() async throws -> Value {
        let flight = try state.withLock { state throws(OpenIDFailure) -> Task<Value, any Error> in
            if let flight = state.flight { return flight }
            guard state.refresh.mayFetch(at: clock.now) else {
                throw OpenIDFailure(.provider, "the provider did not answer a moment ago")
            }
            // It goes on for the others when the first who asked has left, and has a deadline of its own.
            let flight = Task { try await self.fly() }
            state.flight = flight
            return flight
        }
        return try await flight.value
    }

    private func fly() async throws -> Value {
        do {
            let value = try await fetch()
            state.withLock { state in
                state.refresh.fetched(value, at: clock.now)
                state.flight = nil
            }
            return value
        } catch {
            state.withLock { state in
                state.refresh.failed(at: clock.now)
                state.flight = nil
            }
            throw error
        }
    }
}
