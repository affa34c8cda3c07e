package import PatchbayJSON

/// Who goes through the changes of a tenant's runs.
package enum RunWatcher: String, Sendable, CaseIterable {
    /// Starts workflows when others fail.
    case errors
    /// Judges alert rules.
    case alerts
}

/// How far the changes of tenants' runs were gone through, and by which workflows failures are heard.
package protocol RunWatchStore: Sendable {
    /// Active workflows of all tenants whose newest version has an error trigger, with its document.
    func errorWorkflows() async throws -> [(workflow: WorkflowRecord, document: JSON)]
    /// Nil before `begin`.
    func cursor(of watcher: RunWatcher, in tenant: TenantID) async throws -> RunChange.Cursor?
    /// Where it is begun, unless somebody has.
    func begin(_ watcher: RunWatcher, in tenant: TenantID, at cursor: RunChange.Cursor) async throws
    /// Nothing when somebody else has gone on from there.
    func advance(
        _ watcher: RunWatcher, in tenant: TenantID, from: RunChange.Cursor, to: RunChange.Cursor
    ) async throws
}
