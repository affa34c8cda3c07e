package import PatchbayCore
import PatchbayJSON
import Synchronization

/// Workflows as they are now, for those who start them: many starts of one workflow at a time cost one read of it, and the
/// document of a version is looked at once.
package final class CurrentWorkflows: Sendable {
    private struct Key: Hashable {
        var tenant: TenantID
        var workflow: WorkflowID
    }

    private struct VersionKey: Hashable {
        var workflow: WorkflowID
        var version: Int
    }

    /// More versions in use at a time than this are looked at again.
    private static let capacity = 2_000

    private let workflows: any WorkflowStore
    private let reads = SharedReads<Key, WorkflowRecord?>()
    /// As they were when somebody looked last.
    private let known = Mutex<[Key: WorkflowRecord]>([:])
    /// Versions never change, so nothing kept can be wrong.
    private let triggers = Mutex<[VersionKey: [String]]>([:])

    package init(_ workflows: any WorkflowStore) { self.workflows = workflows }

    /// The workflow as it was stored when this was asked, or later; nil when there is none.
    package func workflow(_ id: WorkflowID, in tenant: TenantID) async throws -> WorkflowRecord? {
        let key = Key(tenant: tenant, workflow: id)
        let found = try await reads.value(of: key) { try await workflows.workflow(id, in: tenant) }
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            known[key] = found
        }
        return found
    }

    /// The workflow as it was when somebody looked last, which may be long ago: for whoever has that compared when it
    /// matters. Nil when nobody did.
    package func lastKnown(_ id: WorkflowID, in tenant: TenantID) -> WorkflowRecord? {
        known.withLock { $0[Key(tenant: tenant, workflow: id)] }
    }

    /// The same of a version that was looked at before; nil for others.
    package func knownTriggers(of workflow: WorkflowRecord) -> [String]? {
        triggers.withLock { $0[VersionKey(workflow: workflow.id, version: workflow.version)] }
    }

    /// The kinds of the triggers of a workflow's newest version, in the document's order; nil when it is gone.
    package func triggers(of workflow: WorkflowRecord) async throws -> [String]? {
        if let known = knownTriggers(of: workflow) { return known }
        let key = VersionKey(workflow: workflow.id, version: workflow.version)
        let version = try await workflows.version(workflow.version, of: workflow.id, in: workflow.tenant)
        guard let document = version?.document else { return nil }
        let found = (document["nodes"]?.array ?? []).compactMap { $0["type"]?.string }
            .filter { NodeKind(rawValue: $0)?.isTrigger ?? false }
        triggers.withLock { triggers in
            if triggers.count >= Self.capacity { triggers.removeAll(keepingCapacity: true) }
            triggers[key] = found
        }
        return found
    }
}
