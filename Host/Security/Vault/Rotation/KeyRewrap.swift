package import PatchbayCore

/// Wraps tenants' data keys with the current key-encryption key, in place of those that did so before. The data keys stay
/// the same, and so does everything they sealed.
package struct KeyRewrap: Sendable {
    package struct Outcome: Sendable, Equatable {
        package var tenant: TenantID
        package var rewrapped = 0
        /// Keys that are wrapped with the current one already, or that somebody else was quicker with.
        package var untouched = 0
        package var failures: [Failure] = []
    }

    package struct Failure: Sendable, Equatable {
        package var key: DataKeyID
        package var reason: String
    }

    private let keys: TenantKeys
    private let clock: any TimeSource

    package init(_ keys: TenantKeys, clock: any TimeSource) {
        self.keys = keys
        self.clock = clock
    }

    /// May be stopped at any key, and called again, by any number of hosts. Throws what every key would meet:
    /// `key-unavailable`, `key-refused`, and an unreachable database.
    ///
    /// - Parameter progress: Called before each key; what it throws ends it there.
    package func rewrap(
        _ tenant: TenantID, progress: (DataKeyID) async throws -> Void = { _ in }
    ) async throws -> Outcome {
        var outcome = Outcome(tenant: tenant)
        let wrapper = keys.ring.current
        for record in try await keys.store.keys(in: tenant) {
            guard record.wrapper != wrapper.id else {
                outcome.untouched += 1
                continue
            }
            try await progress(record.id)
            do {
                let wrapped = try await keys.ring.rewrap(record)
                let isDone = try await keys.store.rewrap(
                    record.id, in: tenant, expecting: record.wrapped, wrapper: wrapper.id, wrapped: wrapped,
                    at: clock.now)
                if isDone { outcome.rewrapped += 1 } else { outcome.untouched += 1 }
            } catch let error as SecurityError where [.damaged, .malformed, .wrongKey].contains(error.code) {
                outcome.failures.append(Failure(key: record.id, reason: error.message))
            }
        }
        return outcome
    }
}
