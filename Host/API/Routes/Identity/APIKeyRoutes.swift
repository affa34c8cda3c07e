import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Keys for programs: `/api-keys`. Everybody sees and revokes their own, and who may manage keys those of all.
struct APIKeyRoutes {
    /// Of one tenant.
    private static let most = 1_000
    /// Days.
    private static let longestLife: Int64 = 3_650

    let members: any MembershipStore
    let workflows: any WorkflowStore
    let authenticator: Authenticator
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/api-keys", list), Route(.post, "/api-keys", create),
            Route(.delete, "/api-keys/:id", delete),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let keys = try await members.keys(in: context.tenant, of: try owner(context))
        return Response(["items": .array(keys.map { .object($0.json) }), "next_cursor": .null])
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var reader = try MemberReader(body: body, known: ["name", "permissions", "workflows", "expires_in_days"])
        let name = reader.text("name", required: true) ?? ""
        let permissions = reader.permissions("permissions")
        let texts = reader.strings("workflows")
        let days = reader.integer("expires_in_days", in: 1...Self.longestLife)
        let wanted = texts.map { $0.compactMap { WorkflowID($0) } }
        if let texts, wanted?.count != texts.count || !(1...100).contains(texts.count) {
            reader.report("bad-value", at: "workflows", "\"workflows\" must hold 1 to 100 ids of workflows (wf_…)")
        }
        try reader.check()
        if let missing = context.caller.lacks(permissions.permissions) { throw APIError.forbidden(missing) }
        for id in wanted ?? [] where try await workflows.workflow(id, in: context.tenant) == nil {
            throw APIError.noWorkflow(id)
        }
        guard try await members.keys(in: context.tenant, of: nil).count < Self.most else {
            throw APIError.invalid(
                [
                    Problem(
                        code: "too-many", pointer: "", message: "a tenant has at most \(Self.most) keys; revoke some")
                ],
                what: "request")
        }
        let now = clock.now
        let token = TenantToken(.apiKey, for: context.tenant)
        let key = APIKeyRecord(
            id: .new(at: now), tenant: context.tenant, name: name, prefix: token.prefix, permissions: permissions,
            workflows: wanted.map { Set($0) }, createdBy: context.caller.account, createdAt: now,
            expiresAt: days.map { now + $0 * 86_400_000 })
        try await members.create(key, digest: token.digest)
        context.audit.name("api_key", key.id)
        context.audit.detail("name", .string(name))
        context.audit.detail("prefix", .string(token.prefix))
        context.audit.detail("permissions", permissions.json)
        var object = key.json
        object["key"] = .string(token.secret.reveal())
        return Response(.object(object), status: .created)
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let text = context.parameter("id")
        guard let id = APIKeyID(text),
            try await members.deleteKey(id, in: context.tenant, of: try owner(context))
        else {
            throw APIError(
                .apiKeyNotFound, "There is no API key \(text.quoted).",
                details: ["api_key_id": .string(text.shortened(to: 80))])
        }
        authenticator.forget()
        return Response(status: .noContent)
    }

    /// Whose keys the caller has to do with; nil: everybody's.
    private func owner(_ context: APIContext) throws(APIError) -> AccountID? {
        if context.caller.permissions.contains(.keyManage) { return nil }
        guard let account = context.caller.account else { throw .forbidden(.keyManage) }
        return account
    }
}

extension APIKeyRecord {
    /// Without the key itself.
    fileprivate var json: JSONObject {
        [
            "id": .string(id.description), "name": .string(name), "prefix": .string(prefix),
            "permissions": permissions.json,
            "workflows": workflows.map { .array($0.sorted().map { .string($0.description) }) } ?? .null,
            "created_by": createdBy.map { .string($0.description) } ?? .null,
            "created_at": .string(createdAt.description),
            "expires_at": expiresAt.map { .string($0.description) } ?? .null,
            "used_at": usedAt.map { .string($0.description) } ?? .null,
        ]
    }
}
