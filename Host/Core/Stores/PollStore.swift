package import PatchbayJSON

/// Polling triggers, as people see them. All of it within one tenant; nil means: not there. They come, change and go with
/// their workflows' versions, in the same transaction.
package protocol PollStore: Sendable {
    func poll(_ id: PollID, in tenant: TenantID) async throws -> PollRecord?
    /// Newest first; with `workflow`, those of that one.
    func polls(in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest) async throws -> Page<PollRecord>
    /// Makes it due at a moment, unless it is held.
    func hurry(_ id: PollID, in tenant: TenantID, at: Timestamp) async throws -> PollRecord?
    /// Forgets how far it has come, and goes on behind `cursor`; nil: as with the first poll.
    func reset(_ id: PollID, in tenant: TenantID, cursor: JSON?, at: Timestamp) async throws -> PollRecord?
}

/// Polling triggers of all tenants, as hosts poll them.
package protocol DuePolls: Sendable {
    /// When the next one is due; nil: none ever is, as things stand.
    func nextDue() async throws -> Timestamp?
    /// Takes up to `limit` of those due, oldest first. Until `lease` nobody else takes them, then anybody may.
    func claim(at moment: Timestamp, limit: Int, until lease: Timestamp) async throws -> [PollClaim]
    /// Stores how far a poll has come and when it is due again; false: another host took it over, or somebody reset it.
    func store(_ progress: PollProgress, of claim: PollClaim, nextAt: Timestamp) async throws -> Bool
}
