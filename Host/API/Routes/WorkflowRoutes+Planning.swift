import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

extension WorkflowRoutes {
    /// Looks further than this for a sub-workflow nobody does.
    private static let mostListed = 10_000

    /// Checks a document against what the tenant has.
    func planning(of document: JSON, in context: APIContext) async throws -> Planning {
        let credentials = try await vault.list(in: context.tenant)
        let listing = document.namesWorkflows ? try await listing(in: context.tenant) : []
        return planner.plan(document, credentials: credentials, workflows: listing)
    }

    func listing(in tenant: TenantID) async throws -> [WorkflowListing] {
        var listing: [WorkflowListing] = []
        var cursor: String?
        repeat {
            let page = try await workflows.workflows(
                in: tenant, page: PageRequest(limit: PageRequest.largest, cursor: cursor))
            listing += page.items.map { WorkflowListing(id: $0.id, name: $0.name, version: $0.version) }
            cursor = page.next
        } while cursor != nil && listing.count < Self.mostListed
        return listing
    }
}

extension JSON {
    /// Whether a node anywhere in the document runs another workflow.
    fileprivate var namesWorkflows: Bool {
        switch self {
        case .object(let object):
            object["type"] == .string(NodeKind.workflow.rawValue) || object.contains { $0.value.namesWorkflows }
        case .array(let list): list.contains { $0.namesWorkflows }
        default: false
        }
    }
}
