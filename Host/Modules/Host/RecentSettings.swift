package import PatchbayCore
package import PatchbayJSON
import Synchronization

/// The connectors' settings as they were a moment ago, so that not every call reads them from the database: a change that
/// another process makes is in force within a second, one that goes through here at once.
package final class RecentSettings: ConnectorSettingsStore {
    private struct Key: Hashable {
        var tenant: TenantID
        var connector: String
    }

    private struct Reading {
        var settings: JSON
        var readAt: ContinuousClock.Instant
    }

    /// Readings are forgotten together when there are more; they are as quickly there again.
    private static let capacity = 4_096

    private let store: any ConnectorSettingsStore
    private let age: Duration
    private let readings = Mutex<[Key: Reading]>([:])

    /// - Parameter age: For how long what was read counts as true.
    package init(_ store: any ConnectorSettingsStore, age: Duration = .seconds(1)) {
        self.store = store
        self.age = age
    }

    package func settings(of connector: String, in tenant: TenantID) async throws -> JSON {
        let key = Key(tenant: tenant, connector: connector)
        // Before the reading: what is changed meanwhile must not count as read after that.
        let now = ContinuousClock.now
        if let known = readings.withLock({ $0[key] }), now - known.readAt < age { return known.settings }
        let settings = try await store.settings(of: connector, in: tenant)
        readings.withLock { readings in
            if readings.count >= Self.capacity { readings.removeAll(keepingCapacity: true) }
            // Somebody may have set others while these were read.
            guard readings[key].map({ $0.readAt < now }) ?? true else { return }
            readings[key] = Reading(settings: settings, readAt: now)
        }
        return settings
    }

    package func set(_ settings: JSON, of connector: String, in tenant: TenantID, at moment: Timestamp) async throws {
        try await store.set(settings, of: connector, in: tenant, at: moment)
        let key = Key(tenant: tenant, connector: connector)
        let now = ContinuousClock.now
        readings.withLock { $0[key] = Reading(settings: settings, readAt: now) }
    }
}
