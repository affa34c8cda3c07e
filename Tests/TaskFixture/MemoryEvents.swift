package import PatchbayCore
import PatchbayJSON
import Synchronization

/// Events for all runs, in memory.
package final class MemoryEvents: EventStore {
    private struct State {
        var events: [SharedEvent] = []
        var waits: [(name: String, key: String, run: RunID)] = []
    }

    private let messages: any RunMessages
    private let state = Mutex(State())

    package init(_ messages: any RunMessages) { self.messages = messages }

    package func put(_ event: SharedEvent, in tenant: TenantID, at now: Timestamp) async throws -> [RunID]? {
        let runs = state.withLock { state -> [RunID]? in
            guard !state.events.contains(where: { $0.id == event.id }) else { return nil }
            state.events.append(event)
            return state.waits.filter { $0.name == event.name && $0.key == event.key }.map(\.run)
        }
        var told: [RunID] = []
        for run in runs ?? [] where try await messages.send(event.message, to: run, in: tenant, at: now) {
            told.append(run)
        }
        return runs == nil ? nil : told
    }

    package func listen(
        for name: String, key: String, run: RunID, in tenant: TenantID, at now: Timestamp
    ) async throws -> Bool {
        let kept = state.withLock { state in
            if !state.waits.contains(where: { $0 == (name, key, run) }) { state.waits.append((name, key, run)) }
            return state.events.filter { $0.name == name && $0.key == key && $0.keepUntil > now }
        }
        for event in kept { _ = try await messages.send(event.message, to: run, in: tenant, at: now) }
        return !kept.isEmpty
    }

    package func forget(at now: Timestamp) async throws {}
}
