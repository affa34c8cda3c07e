import DatabaseFixture
import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbayStorage
import Testing

/// A log as a host has it, over a test's database.
struct Audited {
    let stores: Stores
    let log: PostgresAuditLog
    let trail: PostgresAuditTrail

    init(_ stores: Stores) {
        self.stores = stores
        log = PostgresAuditLog(stores.target.as(.engine), log: .quiet)
        trail = PostgresAuditTrail(stores.api)
    }

    /// Another host over the same database.
    var anotherHost: PostgresAuditLog { PostgresAuditLog(stores.target.as(.engine), log: .quiet) }

    static func event(
        _ number: Int, in tenant: TenantID? = Stores.tenant, _ action: AuditAction = .workflowUpdated,
        by actor: AuditActor = .installationKey
    ) -> AuditEvent {
        AuditEvent(
            action, by: actor, in: tenant, at: Stores.at(Int64(number)),
            on: AuditEvent.Resource("workflow", "wf_\(number)"),
            from: AuditEvent.Origin(address: "192.0.2.1", agent: "curl/8 \"x\"", requestID: "req_\(number)"),
            changes: ["name": ["old": "a", "new": "b"]])
    }

    func append(_ numbers: ClosedRange<Int>, in tenant: TenantID? = Stores.tenant) async throws {
        for number in numbers { try await log.append([Self.event(number, in: tenant)]) }
    }

    func addTenant(_ id: TenantID) async throws {
        try await PostgresTenantStore(stores.engine).create(
            TenantRecord(id: id, name: "other", createdAt: Stores.start))
    }
}

func withAudit(_ body: (Audited) async throws -> Void) async throws {
    try await withStores { stores in
        let audited = Audited(stores)
        do {
            try await body(audited)
        } catch {
            await audited.log.close()
            throw error
        }
        await audited.log.close()
    }
}
