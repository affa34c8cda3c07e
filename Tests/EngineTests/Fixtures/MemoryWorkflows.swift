import PatchbayCore
import PatchbayJSON

@testable import PatchbayEngine

/// Workflows by name, with their plans; one version each.
struct MemoryWorkflows: WorkflowStore {
    struct Missing: Error {}

    private var records: [WorkflowRecord] = []
    private var plans: [Plan] = []

    static func id(_ name: String) -> WorkflowID {
        WorkflowID(high: 7, low: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    }

    mutating func add(_ name: String, _ nodes: [JSON], _ edges: [String]) throws {
        plans.append(try FlowDocument.plan(FlowDocument.workflow(nodes, edges)))
        records.append(
            WorkflowRecord(
                id: Self.id(name), tenant: .initial, name: name, about: "", status: .active, version: 1,
                createdAt: .start, updatedAt: .start))
    }

    func plan(of document: JSON) -> Plan? {
        let place = records.firstIndex { document["workflow"] == .string($0.id.description) }
        return place.map { plans[$0] }
    }

    func workflow(_ id: WorkflowID, in tenant: TenantID) async throws -> WorkflowRecord? {
        records.first { $0.id == id && $0.tenant == tenant }
    }

    func version(_ version: Int, of id: WorkflowID, in tenant: TenantID) async throws -> WorkflowVersion? {
        guard version == 1, records.contains(where: { $0.id == id }) else { return nil }
        return WorkflowVersion(workflow: id, version: 1, document: [:], createdAt: .start)
    }

    func versionsInUse(holding text: String, in tenant: TenantID) async throws -> [VersionInUse] { [] }

    func create(_ record: WorkflowRecord, document: JSON, webhooks: [WebhookRecord]) async throws { throw Missing() }

    func update(
        _ id: WorkflowID, in tenant: TenantID, name: String, about: String, document: JSON, webhooks: [WebhookRecord],
        expecting: Int?, at: Timestamp
    ) async throws -> WorkflowRecord? { nil }

    func delete(_ id: WorkflowID, in tenant: TenantID, expecting: Int?, at: Timestamp) async throws -> Bool { false }

    func workflows(in tenant: TenantID, page: PageRequest) async throws -> Page<WorkflowRecord> {
        Page(items: records, next: nil)
    }

    func versions(
        of id: WorkflowID, in tenant: TenantID, page: PageRequest
    ) async throws -> Page<WorkflowVersion> { Page(items: [], next: nil) }

    func webhook(at endpoint: String) async throws -> (webhook: WebhookRecord, version: WorkflowVersion)? { nil }
}
