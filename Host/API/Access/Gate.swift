import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Lets a request through to its route when whoever sends it may: it is proven who they are, where a page's request
/// comes from, which tenant it is about, and that they have the route's permissions there.
struct Gate: Sendable {
    let authenticator: Authenticator
    let runs: any RunStore

    func admit(_ request: Request, _ context: inout APIContext, _ rule: AccessTable.Rule) async throws {
        if rule.access == .open { return }
        let proven = try await authenticator.prove(request.headers)
        context.actor = AuditActor(proven)
        if case .session(let grant, let token) = proven {
            if !Self.isSafe(request.method) { try Self.checkOrigin(request.headers, token) }
            context.session = grant
        }
        let caller = try await caller(proven, wanting: request.headers[.tenant], for: rule.access)
        context.caller = caller
        if case .needs(let permissions) = rule.access, let missing = caller.lacks(permissions) {
            throw APIError.forbidden(missing)
        }
        if let workflows = caller.workflows { try await check(workflows, context, rule.reach) }
    }

    /// Who sends a request with a key, where nobody has to be asked; nil elsewhere, and for those who are refused.
    func known(_ headers: HTTPFields, at now: Timestamp) -> (actor: AuditActor, caller: Caller)? {
        guard let proven = authenticator.known(headers, at: now) else { return nil }
        let wanted = headers[.tenant]
        switch proven {
        case .installationKey:
            guard wanted == nil || wanted == TenantID.initial.description else { return nil }
            return (AuditActor(proven), .installationKey(in: .initial))
        case .apiKey(let key):
            guard wanted == nil || wanted == key.tenant.description else { return nil }
            return (AuditActor(proven), Caller(key))
        case .session: return nil
        }
    }

    /// Without the checks that only ordinary requests need.
    func caller(
        _ proven: Authenticator.Proven, wanting text: String?, for access: Access
    ) async throws -> Caller {
        let wanted: TenantID? =
            if let text {
                if let id = TenantID(text) { id } else { throw APIError.noTenant(text) }
            } else {
                nil
            }
        switch proven {
        case .installationKey:
            let tenant = wanted ?? .initial
            guard try await authenticator.exists(tenant) else { throw APIError.noTenant(tenant.description) }
            return .installationKey(in: tenant)
        case .apiKey(let key):
            guard wanted == nil || wanted == key.tenant else { throw APIError.noTenant(text ?? "") }
            return Caller(key)
        case .session(let grant, _):
            return try await caller(grant, in: wanted, for: access)
        }
    }

    private func caller(_ grant: SessionGrant, in wanted: TenantID?, for access: Access) async throws -> Caller {
        let identity = Caller.Identity.session(grant.session.id, grant.account.id)
        let operating: PermissionSet = grant.account.isOperator ? [.installationManage] : []
        let place = wanted == nil ? grant.places.first : grant.places.first { $0.tenant == wanted }
        if let place {
            guard wanted != nil || grant.places.count == 1 || access == .signedIn else {
                throw APIError.tenantNeeded(grant.places)
            }
            return Caller(
                identity, tenant: place.tenant,
                permissions: PermissionSet(place.permissions.permissions + operating.permissions), role: place.role)
        }
        if let wanted, access != .signedIn {
            // Operators reach what concerns all tenants from anywhere; a tenant's own data is its members' only.
            guard grant.account.isOperator, try await authenticator.exists(wanted) else {
                throw APIError.noTenant(wanted.description)
            }
        }
        return Caller(
            identity, tenant: wanted.flatMap { grant.account.isOperator ? $0 : nil } ?? .none, permissions: operating)
    }

    /// A key that is limited to workflows has to do with nothing else.
    private func check(_ workflows: Set<WorkflowID>, _ context: APIContext, _ reach: Reach) async throws {
        switch reach {
        case .handler, .none: return
        case .tenant: throw APIError.outOfReach
        case .workflow:
            guard let id = WorkflowID(context.parameter("id")), workflows.contains(id) else {
                throw APIError.outOfReach
            }
        case .run:
            guard let id = RunID(context.parameter("id")),
                let run = try await runs.run(id, in: context.tenant), workflows.contains(run.workflow)
            else { throw APIError.outOfReach }
        }
    }

    /// Methods that change nothing (RFC 9110, 9.2.1).
    static func isSafe(_ method: HTTPRequest.Method) -> Bool { method == .get || method == .head }

    private static func checkOrigin(_ headers: HTTPFields, _ token: AccessToken) throws(APIError) {
        guard !comesFromElsewhere(headers), token.accepts(forgeryProof: headers[.forgeryProof]) else {
            throw APIError(
                .csrfTokenInvalid,
                "Requests of a signed-in page that change something carry the value of the cookie 'patchbay_csrf' in "
                    + "'X-CSRF-Token'. `GET /api/v1/auth/session` gives it too.")
        }
    }

    /// What browsers say of themselves (https://www.w3.org/TR/fetch-metadata/).
    static func comesFromElsewhere(_ headers: HTTPFields) -> Bool {
        guard let site = headers[.fetchSite] else { return false }
        return site != "same-origin" && site != "none"
    }
}

extension Caller {
    fileprivate init(_ key: APIKeyRecord) {
        self.init(
            .apiKey(key.id, key.createdBy), tenant: key.tenant, permissions: key.permissions, workflows: key.workflows)
    }
}

extension AuditActor {
    init(_ proven: Authenticator.Proven) {
        switch proven {
        case .installationKey: self = .installationKey
        case .session(let grant, _): self = .account(grant.account.id, grant.session.id)
        case .apiKey(let key): self = .apiKey(key.id, key.createdBy)
        }
    }
}

extension TenantID {
    /// Nobody's: no row has it.
    static let none = TenantID(high: 0, low: 0)
}

extension APIError {
    static func forbidden(_ missing: Permission) -> APIError {
        APIError(
            .forbidden, "You lack the permission \(missing.rawValue.quoted) for this.",
            details: ["permission": .string(missing.rawValue)])
    }

    static var outOfReach: APIError {
        APIError(
            .forbidden, "The API key is limited to certain workflows, and this is about something else.",
            details: ["permission": .null])
    }

    static func noTenant(_ text: String) -> APIError {
        APIError(
            .tenantNotFound, "There is no tenant \(text.quoted), or you are no member of it.",
            details: ["tenant_id": .string(text.shortened(to: 80))])
    }

    static func tenantNeeded(_ places: [SessionGrant.Place]) -> APIError {
        APIError(
            .tenantRequired, "You are a member of \(places.count) tenants. Name the one you mean in 'X-Tenant-ID'.",
            details: [
                "tenants": .array(
                    places.map { ["id": .string($0.tenant.description), "name": .string($0.tenantName)] })
            ])
    }
}
