package import PatchbayJSON

/// An event for whichever runs of a tenant wait for it.
package struct SharedEvent: Sendable, Equatable {
    /// Milliseconds of the longest that one is kept for runs that come to wait later: 7 days.
    package static let longestKept: Int64 = 7 * 86_400_000
    /// Of one about which nothing is said: 5 minutes, so that none is lost to a run that is on its way.
    package static let standardKept: Int64 = 300_000
    /// Bytes of its names.
    package static let longestName = 200

    /// What its sender calls it; of those with the same id one counts.
    package var id: String
    package var name: String
    package var key: String
    package var payload: JSON
    package var keepUntil: Timestamp

    package init(id: String, name: String, key: String, payload: JSON, keepUntil: Timestamp) {
        self.id = id
        self.name = name
        self.key = key
        self.payload = payload
        self.keepUntil = keepUntil
    }

    /// As a run hears of it.
    package var message: RunMessage {
        RunMessage(
            kind: .event, id: id, data: ["name": .string(name), "key": .string(key), "payload": payload])
    }
}

/// Events for all runs of a tenant, and who waits for which.
package protocol EventStore: Sendable {
    /// Stores an event and a message for each run that waits for it; answers those runs. Nil when one with that id was there
    /// already: then nothing is stored.
    func put(_ event: SharedEvent, in tenant: TenantID, at now: Timestamp) async throws -> [RunID]?
    /// A run waits for events from now on; those that are kept become messages for it. True when there were some.
    func listen(for name: String, key: String, run: RunID, in tenant: TenantID, at now: Timestamp) async throws -> Bool
    /// Removes what is kept no longer, and waits of runs that have ended.
    func forget(at now: Timestamp) async throws
}
