import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    /// Tenants, for operators; and the caller's own.
    static let tenancy: [Description] = [
        Description(
            .get, "/tenants", "List tenants", .tenants, about: "Operators see all, others those they belong to.",
            query: .page, .ok(.page(of: .ref("Tenant")))),
        Description(
            .post, "/tenants", "Create a tenant", .tenants,
            body: .json(.body(["name": .text(1...200)], optional: ["limits": Components.limitsBody])),
            .created(.ref("Tenant"))),
        Description(.get, "/tenants/:id", "Read a tenant", .tenants, .ok(.ref("Tenant"))),
        Description(
            .put, "/tenants/:id", "Change a tenant", .tenants,
            about: "Of `limits` all at once: what is left out is not limited, or as for all tenants.",
            body: .json(.body(optional: ["name": .text(1...200), "limits": Components.limitsBody])),
            .ok(.ref("Tenant"))),
        Description(
            .delete, "/tenants/:id", "Delete a tenant with all that is kept of it", .tenants, query: confirm,
            .accepted(.ref("Tenant"), "It is being deleted."), errors: [.confirmationNeeded, .firstTenant]),
        Description(
            .post, "/tenants/:id/suspend", "Start nothing of a tenant any more", .tenants, .ok(.ref("Tenant")),
            errors: [.tenantNotActive]),
        Description(
            .post, "/tenants/:id/resume", "Let a suspended tenant go on", .tenants, .ok(.ref("Tenant")),
            errors: [.tenantNotActive]),
        Description(
            .get, "/tenants/:id/usage", "Read what a tenant used", .tenants, query: days, .ok(.page(of: used))),
        Description(.get, "/tenant", "Read the caller's tenant", .tenants, query: .noParameters, .ok(.ref("Tenant"))),
        Description(
            .put, "/tenant", "Give the caller's tenant another name", .tenants,
            body: .json(.body(["name": .text(1...200)])), .ok(.ref("Tenant"))),
        Description(
            .delete, "/tenant", "Delete the caller's tenant with all that is kept of it", .tenants, query: confirm,
            .accepted(.ref("Tenant"), "It is being deleted."), errors: [.confirmationNeeded, .firstTenant]),
        Description(
            .get, "/tenant/usage", "Read what the caller's tenant used", .tenants, query: days,
            .ok(.page(of: used))),
        Description(
            .get, "/tenant/export", "Export all that is kept of the caller's tenant", .tenants, query: .noParameters,
            .init(
                status: 200, about: "JSON lines; the last one says that it is whole.", shape: .any,
                headers: ["Content-Disposition"], isAnything: true), errors: [.busy]),
    ]

    private static let confirm: [Description.Parameter] = [.init("confirm", .text, "The tenant's name.")]

    private static let days: [Description.Parameter] = [
        .init("from", .time, "30 days before `through` when absent."),
        .init("through", .time, "Now when absent; at most 366 days later."),
    ]

    private static let used = Shape.object(["day": .text, "runs": .whole, "steps": .whole, "bytes": .whole])
}

extension Components {
    private static let rates: Shape.Members = [
        "api": .whole(1...Int64(RateLimits.most)), "webhook": .whole(1...Int64(RateLimits.most)),
        "execute": .whole(1...Int64(RateLimits.most)), "credentials": .whole(1...Int64(RateLimits.most)),
        "marketplace": .whole(1...Int64(RateLimits.most)),
    ]

    static let limitsBody = Shape.body(optional: [
        "workflows": .whole(0...Int64(Int32.max)), "runs_a_month": .whole(0...1 << 46),
        "concurrency": .whole(1...1_000_000), "storage_bytes": .whole(0...1 << 60),
        "triggers": .whole(0...Int64(Int32.max)),
        "rates": Shape.body(optional: rates).about("Requests a minute, in place of what all tenants may."),
    ])

    static let tenant = Shape.object([
        "id": .id("ten"), "name": .text, "state": .words(of: TenantRecord.State.self),
        "limits": .object([
            "workflows": .whole.orNull, "runs_a_month": .whole.orNull, "concurrency": .whole.orNull,
            "storage_bytes": .whole.orNull, "triggers": .whole.orNull,
            "rates": .object([
                "api": .whole.orNull, "webhook": .whole.orNull, "execute": .whole.orNull,
                "credentials": .whole.orNull, "marketplace": .whole.orNull,
            ]),
        ]), "created_at": .time,
    ])
}
