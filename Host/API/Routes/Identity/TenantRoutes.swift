import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// Tenants, for those who operate the installation: `/tenants`. Whoever else asks sees those they belong to.
struct TenantRoutes {
    let tenants: any TenantStore
    let authenticator: Authenticator
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/tenants", list), Route(.post, "/tenants", create), Route(.get, "/tenants/:id", get),
            Route(.put, "/tenants/:id", change), Route(.post, "/tenants/:id/suspend", suspend),
            Route(.post, "/tenants/:id/resume", resume), Route(.get, "/tenants/:id/usage", usage),
            Route(.delete, "/tenants/:id", delete),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        if context.caller.permissions.contains(.installationManage) {
            return Response(try await tenants.tenants(page: page).json(\.json))
        }
        // A key belongs to one; what people belong to fits into an answer.
        let own = context.session?.places.map(\.tenant) ?? [context.tenant]
        var items: [JSON] = []
        for id in own { if let tenant = try await tenants.tenant(id) { items.append(tenant.json) } }
        return Response(["items": .array(items), "next_cursor": .null])
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["name", "limits"])
        let name = members.text("name", required: true)
        let quotas = members.quotas()
        try members.check()
        let now = clock.now
        let tenant = TenantRecord(id: .new(at: now), name: name ?? "", quotas: quotas ?? TenantQuotas(), createdAt: now)
        try await tenants.create(tenant)
        return Response(tenant.json, status: .created, headers: [.location: "/api/v1/tenants/\(tenant.id)"])
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        Response(try await tenants.required(context.parameter("id")).json)
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try await tenants.required(context.parameter("id")).id
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["name", "limits"])
        let name = members.text("name")
        let quotas = members.quotas()
        try members.check()
        if let name { _ = try await tenants.rename(id, to: name) }
        if let quotas { _ = try await tenants.set(quotas, of: id) }
        authenticator.forget()
        return Response(try await tenants.required(id.description).json)
    }

    @Sendable private func suspend(_ request: Request, _ context: APIContext) async throws -> Response {
        try await setSuspended(true, context)
    }

    @Sendable private func resume(_ request: Request, _ context: APIContext) async throws -> Response {
        try await setSuspended(false, context)
    }

    private func setSuspended(_ isSuspended: Bool, _ context: APIContext) async throws -> Response {
        let tenant = try await tenants.required(context.parameter("id"))
        guard try await tenants.setSuspended(isSuspended, tenant.id) else {
            throw TenantRefusal.notActive(.deleting)
        }
        return Response(try await tenants.required(tenant.id.description).json)
    }

    @Sendable private func usage(_ request: Request, _ context: APIContext) async throws -> Response {
        let tenant = try await tenants.required(context.parameter("id"))
        return try await tenants.answer(aboutUsageOf: tenant.id, request, at: clock.now)
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let tenant = try await tenants.required(context.parameter("id"))
        try await tenants.close(tenant, confirmedBy: request)
        authenticator.forget()
        return Response(try await tenants.required(tenant.id.description).json, status: .accepted)
    }
}

extension TenantStore {
    func required(_ text: String) async throws -> TenantRecord {
        guard let id = TenantID(text), let tenant = try await tenant(id) else { throw APIError.noTenant(text) }
        return tenant
    }

    /// The last 31 days unless others are asked for.
    func answer(aboutUsageOf tenant: TenantID, _ request: Request, at now: Timestamp) async throws -> Response {
        let (day, most) = (Int64(86_400_000), Int64(366))
        var query = try Query(request, known: ["from", "through"])
        let wanted = "a time (RFC 3339), such as 2026-01-31T12:00:00Z"
        let through = query.read("through", expecting: wanted) { Timestamp($0) } ?? now
        let from = query.read("from", expecting: wanted) { Timestamp($0) } ?? through + -30 * day
        try query.check()
        guard from <= through, through.milliseconds / day - from.milliseconds / day <= most else {
            throw APIError.invalid(
                [
                    Problem(
                        code: "bad-parameter", pointer: "from",
                        message: "'from' must be before 'through', by \(most) days at most")
                ], what: "query")
        }
        let days = try await usage(of: tenant, from: from, through: through)
        return Response(["items": .array(days.map(\.json)), "next_cursor": .null])
    }

    /// What nobody can undo is done for those only who have named it.
    func close(_ tenant: TenantRecord, confirmedBy request: Request) async throws {
        var query = try Query(request, known: ["confirm"])
        _ = query.read("confirm", expecting: "the tenant's name, \(tenant.name.quoted)") {
            $0 == tenant.name ? $0 : nil
        }
        try query.check()
        guard query["confirm"] != nil else {
            throw APIError(
                .confirmationNeeded,
                "This deletes the tenant with its workflows, runs and credentials, for good. Export it first, then repeat this "
                    + "with its name in 'confirm'.",
                details: ["confirm": .string(tenant.name)])
        }
        // The installation's key, and whatever names no tenant, is about this one.
        guard tenant.id != .initial else {
            throw APIError(.firstTenant, "The first tenant of an installation cannot be deleted.")
        }
        guard try await close(tenant.id) else { throw APIError.noTenant(tenant.id.description) }
    }
}

extension TenantRecord {
    var json: JSON {
        [
            "id": .string(id.description), "name": .string(name), "state": .string(state.rawValue),
            "limits": [
                "workflows": quotas.workflows.json, "runs_a_month": quotas.runsAMonth.json,
                "concurrency": quotas.concurrency.json, "storage_bytes": quotas.storageBytes.json,
                "triggers": quotas.triggers.json,
                "rates": .object(
                    RateClass.allCases.reduce(into: JSONObject()) { $0[$1.rawValue] = quotas.rates[$1].json }),
            ], "created_at": .string(createdAt.description),
        ]
    }
}

extension TenantUsage {
    fileprivate var json: JSON {
        [
            "day": .string(day), "runs": .int(Int64(runs)), "steps": .int(Int64(steps)), "bytes": .int(Int64(bytes)),
        ]
    }
}

extension Int? {
    var json: JSON {
        switch self {
        case .some(let number): .int(Int64(number))
        case nil: .null
        }
    }
}

extension MemberReader {
    /// All limits at once: what is left out, or null, is not limited. Nil when there are none in the body.
    fileprivate mutating func quotas() -> TenantQuotas? {
        guard let object = object("limits") else { return nil }
        var reader = MemberReader(
            object.reduce(into: JSONObject()) { if !$1.value.isNull { $0[$1.name] = $1.value } }, at: "/limits",
            subject: "\"limits\"")
        reader.refuseUnknown(known: ["workflows", "runs_a_month", "concurrency", "storage_bytes", "triggers", "rates"])
        let rates = reader.rates()
        let quotas = TenantQuotas(
            workflows: reader.integer("workflows", in: 0...Int64(Int32.max)).map { Int($0) },
            runsAMonth: reader.integer("runs_a_month", in: 0...(1 << 46)).map { Int($0) },
            concurrency: reader.integer("concurrency", in: 1...1_000_000).map { Int($0) },
            storageBytes: reader.integer("storage_bytes", in: 0...(1 << 60)).map { Int($0) },
            triggers: reader.integer("triggers", in: 0...Int64(Int32.max)).map { Int($0) }, rates: rates)
        adopt(reader.problems)
        return quotas
    }

    /// Requests a minute, by class; what is left out is as for all tenants.
    private mutating func rates() -> RateLimits {
        guard let object = object("rates") else { return .none }
        var reader = MemberReader(
            object.reduce(into: JSONObject()) { if !$1.value.isNull { $0[$1.name] = $1.value } },
            at: pointer(to: "rates"), subject: "\"rates\"")
        reader.refuseUnknown(known: RateClass.allCases.map(\.rawValue))
        var limits = RateLimits.none
        for rateClass in RateClass.allCases {
            limits[rateClass] = reader.integer(rateClass.rawValue, in: 1...Int64(RateLimits.most)).map { Int($0) }
        }
        adopt(reader.problems)
        return limits
    }
}
