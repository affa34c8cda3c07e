import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import Synchronization

/// Which workflows have which tags. A version never changes, so what was read of one is known for good.
final class WorkflowTags: Sendable {
    struct Key: Hashable {
        var tenant: TenantID
        var tag: String
    }

    private struct Version: Hashable {
        var tenant: TenantID
        var workflow: WorkflowID
        var number: Int
    }

    /// More versions than these are forgotten, and read again.
    private static let capacity = 20_000
    /// Documents that are read in one go; each may be some megabytes.
    private static let portion = 20

    private let known = Mutex<[Version: Set<String>]>([:])

    func workflows(
        with wanted: [(tenant: TenantID, tag: String)], over connection: PostgresConnection
    ) async throws -> [Key: [WorkflowID]] {
        guard !wanted.isEmpty else { return [:] }
        let tenants = Set(wanted.map(\.tenant))
        let versions = try await connection.query(Self.selectTagged, [.array(.uuid, tenants.map { .id($0) })]).map {
            Version(
                tenant: try $0.id("tenant_id"), workflow: try $0.id("workflow_id"), number: try $0.number("version"))
        }
        try await read(versions.filter { version in known.withLock { $0[version] == nil } }, over: connection)
        var found: [Key: [WorkflowID]] = [:]
        let tags = known.withLock { known in versions.map { known[$0] ?? [] } }
        for (version, tags) in zip(versions, tags) {
            for tag in tags { found[Key(tenant: version.tenant, tag: tag), default: []].append(version.workflow) }
        }
        return found
    }

    private func read(_ versions: [Version], over connection: PostgresConnection) async throws {
        var rest = versions[...]
        while !rest.isEmpty {
            let portion = rest.prefix(Self.portion)
            rest = rest.dropFirst(Self.portion)
            let rows = try await connection.query(
                Self.selectDocuments,
                [
                    .array(.uuid, portion.map { .id($0.tenant) }), .array(.uuid, portion.map { .id($0.workflow) }),
                    .array(.int, portion.map { .number($0.number) }),
                ])
            for row in rows {
                let version = Version(
                    tenant: try row.id("tenant_id"), workflow: try row.id("workflow_id"),
                    number: try row.number("version"))
                let tags = Set((try row.document("document")["tags"]?.array ?? []).compactMap(\.string))
                known.withLock { known in
                    if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
                    known[version] = tags
                }
            }
        }
    }

    /// The condition is that of the index `workflow_versions_tagged`.
    private static let selectTagged = """
        select w.tenant_id, w.workflow_id, w.version from workflow_versions v join workflows w
            on w.tenant_id = v.tenant_id and w.workflow_id = v.workflow_id and w.version = v.version
        where v.document::text like '%"tags":%' and w.tenant_id = any($1::uuid[]) and w.deleted_at is null
        """

    private static let selectDocuments = """
        select v.tenant_id, v.workflow_id, v.version, v.document from workflow_versions v
            join unnest($1::uuid[], $2::uuid[], $3::bigint[]) as wanted (tenant_id, workflow_id, version)
            using (tenant_id, workflow_id, version)
        """
}
