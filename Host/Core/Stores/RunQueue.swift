/// What a tenant may have of the workers.
package struct TenantShare: Sendable, Equatable {
    package static let heaviest = 1_000

    /// 1 to 1,000. Twice the weight, twice the runs while others wait.
    package var weight: Int
    /// The most runs that workers have in hand at a time; nil: as many as there is room for.
    package var concurrency: Int?
    /// Labels that all its runs ask for, beside those of their workflows.
    package var labels: [String]

    package init(weight: Int = 1, concurrency: Int? = nil, labels: [String] = []) {
        self.weight = weight
        self.concurrency = concurrency
        self.labels = labels
    }
}

/// The runs that have not ended, as those use it who decide when they go on. Everything here may be done by any number of
/// processes at once, and again.
package protocol RunQueue: Sendable {
    /// Makes runs ready whose time has come, at most `limit`; answers how many.
    func promoteDue(at: Timestamp, limit: Int) async throws -> Int
    /// Gives places that are free to runs that wait for one; answers how many.
    func admitWaiting() async throws -> Int
    /// Frees the runs of workers that were last heard of before that; answers how many.
    func freeAbandoned(before: Timestamp) async throws -> Int
    /// Something has happened to a run: it is looked at soon, however long it meant to wait. False when it has ended.
    func wake(_ run: RunID, in tenant: TenantID, at: Timestamp) async throws -> Bool
    /// Stops a workflow: no run of it begins. With `holding`, those under way stop at their next step too. False when there
    /// is no such workflow.
    func pause(_ workflow: WorkflowID, in tenant: TenantID, holding: Bool, at: Timestamp) async throws -> Bool
    /// Lets a paused workflow and its runs go on. False when there is no such workflow.
    func resume(_ workflow: WorkflowID, in tenant: TenantID, at: Timestamp) async throws -> Bool
    func share(of tenant: TenantID) async throws -> TenantShare
    func setShare(_ share: TenantShare, of tenant: TenantID) async throws
}
