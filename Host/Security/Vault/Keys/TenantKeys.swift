package import PatchbayCore
import Synchronization

/// Tenants' data keys, opened. An opened one is kept for some minutes, so that a call of an action does not cost a request
/// to wherever the key-encryption key is. Keys are asked for by their id, so nobody needs to be told that one was replaced.
package final class TenantKeys: Sendable {
    package struct Limits: Sendable {
        /// Milliseconds after which a key is opened anew, so that one that was revoked is not used for ever.
        package var freshness: Int64 = 300_000
        /// Milliseconds for which it is used when it cannot be opened anew because its keeper is not reached.
        package var endurance: Int64 = 3_600_000
        /// Milliseconds for which a failure is everybody's answer, so that a keeper in trouble is not asked by each call.
        package var grudge: Int64 = 1_000
        /// The most keys; with more, all are opened anew.
        package var most = 4_096

        package init() {}
    }

    private enum Wanted: Hashable, Sendable {
        case current(TenantID)
        case key(DataKeyID, TenantID)
    }

    private struct Entry: Sendable {
        var key: DataKey
        var openedAt: Timestamp
    }

    private struct Contents {
        var keys: [Wanted: Entry] = [:]
        var failures: [Wanted: (error: any Error, at: Timestamp)] = [:]
        /// Those who wait while somebody opens a key.
        var waiting: [Wanted: [CheckedContinuation<Void, Never>]] = [:]
    }

    package let ring: KeyRing
    package let store: any DataKeyStore
    private let clock: any TimeSource
    private let limits: Limits
    private let contents = Mutex(Contents())

    package init(store: any DataKeyStore, ring: KeyRing, clock: any TimeSource, limits: Limits = Limits()) {
        self.store = store
        self.ring = ring
        self.clock = clock
        self.limits = limits
    }

    /// What new content is sealed with; the tenant's first one is made when there is none. It may have been replaced by now:
    /// then storing throws `StaleDataKey`, and `forgetCurrent` helps.
    func current(in tenant: TenantID) async throws -> DataKey {
        try await key(.current(tenant)) { [self] in
            if let record = try await store.currentKey(in: tenant) { return try await opened(record) }
            return try await opened(try await store.add(try await fresh(in: tenant), replacing: nil))
        }
    }

    func key(_ id: DataKeyID, in tenant: TenantID) async throws -> DataKey {
        try await key(.key(id, tenant)) { [self] in
            guard let record = try await store.key(id, in: tenant) else {
                throw SecurityError(
                    code: .wrongKey,
                    message: "the data key \(id) that sealed it is not in the database. Restore a backup that holds it")
            }
            return try await ring.unwrap(record)
        }
    }

    func forgetCurrent(in tenant: TenantID) {
        contents.withLock { contents in
            contents.keys[.current(tenant)] = nil
            contents.failures[.current(tenant)] = nil
        }
    }

    /// A new key of a tenant, wrapped, that is stored nowhere yet.
    package func fresh(in tenant: TenantID) async throws -> DataKeyRecord {
        let now = clock.now
        let place = DataKeyPlace(tenant: tenant, key: .new(at: now))
        let wrapped = try await ring.current.wrap(DataKey.make(place.key).bytes, of: place)
        return DataKeyRecord(
            id: place.key, tenant: tenant, wrapper: ring.current.id, wrapped: wrapped, createdAt: now, wrappedAt: now)
    }

    /// One that is open under its id is not opened again.
    private func opened(_ record: DataKeyRecord) async throws -> DataKey {
        let wanted = Wanted.key(record.id, record.tenant)
        if let known = contents.withLock({ $0.keys[wanted] }), isFresh(known) { return known.key }
        let key = try await ring.unwrap(record)
        keep(key, as: wanted)
        return key
    }

    // MARK: Keeping

    private func key(_ wanted: Wanted, opening open: () async throws -> DataKey) async throws -> DataKey {
        while true {
            if let known = contents.withLock({ $0.keys[wanted] }), isFresh(known) { return known.key }
            if let failure = contents.withLock({ $0.failures[wanted] }) {
                let age = clock.now - failure.at
                if age >= 0, age < limits.grudge { return try enduring(wanted, failure.error) }
            }
            guard await isFirst(wanted) else { continue }
            defer { release(wanted) }
            do {
                let key = try await open()
                keep(key, as: wanted)
                return key
            } catch let error as CancellationError {
                throw error
            } catch {
                contents.withLock { $0.failures[wanted] = (error, clock.now) }
                return try enduring(wanted, error)
            }
        }
    }

    /// False after somebody else has tried.
    private func isFirst(_ wanted: Wanted) async -> Bool {
        let mine = contents.withLock { contents in
            guard contents.waiting[wanted] == nil else { return false }
            contents.waiting[wanted] = []
            return true
        }
        if mine { return true }
        await withCheckedContinuation { continuation in
            let isOver = contents.withLock { contents in
                guard contents.waiting[wanted] != nil else { return true }
                contents.waiting[wanted]?.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
        return false
    }

    private func release(_ wanted: Wanted) {
        let others = contents.withLock { $0.waiting.removeValue(forKey: wanted) ?? [] }
        for other in others { other.resume() }
    }

    private func keep(_ key: DataKey, as wanted: Wanted) {
        contents.withLock { contents in
            if contents.keys.count >= limits.most { contents.keys.removeAll() }
            contents.keys[wanted] = Entry(key: key, openedAt: clock.now)
            contents.failures[wanted] = nil
        }
    }

    /// A clock that was set back does not make keys live for long.
    private func isFresh(_ entry: Entry) -> Bool {
        let age = clock.now - entry.openedAt
        return age >= 0 && age < limits.freshness
    }

    /// The key as it was known, when all that is wrong is that its keeper, or the database, does not answer.
    private func enduring(_ wanted: Wanted, _ error: any Error) throws -> DataKey {
        let isRefused = (error as? SecurityError).map { $0.code != .unavailable } ?? false
        let known = contents.withLock { contents -> Entry? in
            if isRefused { contents.keys[wanted] = nil }
            return contents.keys[wanted]
        }
        guard let known, (0..<limits.endurance).contains(clock.now - known.openedAt) else { throw error }
        return known.key
    }
}
