/// What people are asked, and what they did.
package protocol TaskStore: Sendable {
    /// Stores a task unless there is one of the same step of the same run; answers the one that is there, and whether it is
    /// new.
    func open(_ task: TaskRecord, _ change: TaskChange) async throws -> (task: TaskRecord, isNew: Bool)
    /// Stores a task as it is now, if its version is still the one before the given one's. False when it has changed since
    /// it was read: then nothing is stored.
    func save(_ task: TaskRecord, _ change: TaskChange) async throws -> Bool
    func task(_ id: TaskID, in tenant: TenantID) async throws -> TaskRecord?
    /// Of one step of a run.
    func task(of run: RunID, node: String, path: String, attempt: Int, in tenant: TenantID) async throws -> TaskRecord?
    func tasks(in tenant: TenantID, matching filter: TaskFilter, page: PageRequest) async throws -> Page<TaskRecord>
    func counts(of person: String, in tenant: TenantID, at now: Timestamp) async throws -> TaskCounts
    /// What was done with a task, in its order.
    func entries(of id: TaskID, in tenant: TenantID) async throws -> [TaskEntry]
    /// Open tasks of all tenants whose time has come.
    func due(at now: Timestamp, limit: Int) async throws -> [TaskRecord]
    /// Open tasks of all tenants whose run has ended.
    func orphans(limit: Int) async throws -> [TaskRecord]
}
