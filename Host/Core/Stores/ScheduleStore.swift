package import PatchbayJSON

/// Schedules, as people see and change them. All of it within one tenant; nil or false means: not there.
///
/// Those of documents come, change and go with their workflows' versions, in the same transaction.
package protocol ScheduleStore: Sendable {
    /// Stores one that stands in no document.
    func create(_ schedule: ScheduleRecord) async throws
    /// Changes one that stands in no document; its times begin anew behind `at`.
    func change(
        _ id: ScheduleID, in tenant: TenantID, name: String, node: String?, spec: JSON, at: Timestamp
    ) async throws -> ScheduleRecord?
    /// Deletes one that stands in no document. What it started stays.
    func delete(_ id: ScheduleID, in tenant: TenantID) async throws -> Bool
    /// A schedule that goes on has missed nothing: its times begin anew behind `at`.
    func setPaused(
        _ isPaused: Bool, _ id: ScheduleID, in tenant: TenantID, at: Timestamp
    ) async throws -> ScheduleRecord?
    func schedule(_ id: ScheduleID, in tenant: TenantID) async throws -> ScheduleRecord?
    /// Newest first; with `workflow`, those of that one.
    func schedules(
        in tenant: TenantID, of workflow: WorkflowID?, page: PageRequest
    ) async throws -> Page<ScheduleRecord>
    /// What came of a schedule's times, latest first.
    func firings(of id: ScheduleID, in tenant: TenantID, page: PageRequest) async throws -> Page<ScheduleFiring>
    /// Takes down a run that somebody started out of turn.
    func note(_ firing: ScheduleFiring, in tenant: TenantID) async throws
}

/// Schedules of all tenants, as hosts deal with them when it is time.
package protocol DueSchedules: Sendable {
    /// When the next one is due; nil: none ever is, as things stand.
    func nextDue() async throws -> Timestamp?
    /// Takes up to `limit` of those due, oldest first, and keeps other hosts from them until `body` has dealt with them
    /// and that is stored; answers how many. A host that dies meanwhile has taken none.
    ///
    /// What `body` starts is stored before this is: done again, it has to be known again.
    func deal(
        at moment: Timestamp, limit: Int, _ body: @Sendable ([DueSchedule]) async throws -> [ScheduleAdvance]
    ) async throws -> Int
    /// Deletes what came of times that were dealt with before a moment.
    func forget(before moment: Timestamp) async throws -> Int
}
