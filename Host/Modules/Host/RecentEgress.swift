package import PatchbayCore
import PatchbayOutbound
import Synchronization

/// The operator's rules for tenants as they were a moment ago, so that not every call reads them from the database: a change is
/// in force within a second.
package final class RecentEgress: Sendable {
    private struct Reading {
        var rules: TenantEgress
        var readAt: ContinuousClock.Instant
    }

    /// Readings are forgotten together when there are more; they are as quickly there again.
    private static let capacity = 10_000

    private let store: any TenantEgressStore
    private let age: Duration
    private let readings = Mutex<[TenantID: Reading]>([:])

    /// - Parameter age: For how long what was read counts as true.
    package init(_ store: any TenantEgressStore, age: Duration = .seconds(1)) {
        self.store = store
        self.age = age
    }

    /// Throws what the store throws, and `TenantEgressError` for rules that cannot be read: nothing is let through then.
    func rules(for tenant: TenantID) async throws -> TenantEgress {
        let now = ContinuousClock.now
        if let known = readings.withLock({ $0[tenant] }), now - known.readAt < age { return known.rules }
        let stored = try await store.egress(of: tenant)
        let rules = try TenantEgress(hosts: stored.hosts, networks: stored.networks)
        readings.withLock { readings in
            if readings.count >= Self.capacity { readings.removeAll(keepingCapacity: true) }
            readings[tenant] = Reading(rules: rules, readAt: now)
        }
        return rules
    }
}
