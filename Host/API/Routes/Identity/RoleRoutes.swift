import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// The roles that members of a tenant can have: `/roles`.
struct RoleRoutes {
    let members: any MembershipStore
    let authenticator: Authenticator
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [Route(.get, "/roles", list), Route(.put, "/roles/:name", put), Route(.delete, "/roles/:name", delete)]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let own = try await members.roles(in: context.tenant)
        let all =
            Role.allCases.map { Self.json($0.rawValue, about: "", $0.permissions, isBuiltIn: true) }
            + own.map { Self.json($0.name, about: $0.about, $0.permissions, isBuiltIn: false) }
        return Response(["items": .array(all), "next_cursor": .null])
    }

    @Sendable private func put(_ request: Request, _ context: APIContext) async throws -> Response {
        let name = context.parameter("name")
        let body = try await request.json(limit: limits.body)
        var reader = try MemberReader(body: body, known: ["description", "permissions"])
        let about = reader.text("description") ?? ""
        let permissions = reader.permissions("permissions")
        if !CustomRole.isName(name) {
            reader.report(
                "bad-value",
                "a role's name is 1 to 40 lower-case letters, digits, '-' and '_', begins with a letter, and is none of "
                    + Role.allCases.map(\.rawValue).joined(separator: ", "))
        }
        try reader.check()
        try checkGrant(of: permissions, context)
        // What the role held before is somebody's too.
        let before = try await members.roles(in: context.tenant).first { $0.name == name }
        if let before { try checkGrant(of: before.permissions, context) }
        try await members.put(
            CustomRole(name: name, about: about, permissions: permissions), in: context.tenant, at: clock.now)
        authenticator.forget()
        context.audit.change("permissions", from: before?.permissions.json ?? .null, to: permissions.json)
        return Response(Self.json(name, about: about, permissions, isBuiltIn: false))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let name = context.parameter("name")
        guard try await members.deleteRole(name, in: context.tenant) else { throw APIError.noRole(name) }
        authenticator.forget()
        return Response(status: .noContent)
    }

    /// Throws unless the caller has all that a role holds.
    func checkGrant(of role: String, _ context: APIContext) async throws {
        if let role = Role(rawValue: role) { return try checkGrant(of: role.permissions, context) }
        guard let own = try await members.roles(in: context.tenant).first(where: { $0.name == role }) else {
            throw APIError.noRole(role)
        }
        try checkGrant(of: own.permissions, context)
    }

    func checkGrant(of permissions: PermissionSet, _ context: APIContext) throws(APIError) {
        if let missing = context.caller.lacks(permissions.permissions) { throw .forbidden(missing) }
    }

    private static func json(_ name: String, about: String, _ permissions: PermissionSet, isBuiltIn: Bool) -> JSON {
        [
            "name": .string(name), "description": .string(about), "permissions": permissions.json,
            "built_in": .bool(isBuiltIn),
        ]
    }
}

extension MemberReader {
    /// A required array of permissions of tenants; what is none is reported with what may have been meant.
    mutating func permissions(_ name: String) -> PermissionSet {
        guard array(name, required: true) != nil, let words = strings(name) else { return [] }
        var set = PermissionSet()
        let known = PermissionSet.ofTenants.permissions.map(\.rawValue)
        for word in words.prefix(1_000) {
            if let permission = Permission(rawValue: word), PermissionSet.ofTenants.contains(permission) {
                set.insert(permission)
            } else {
                report(
                    "bad-value", at: name, "there is no permission \(word.quoted)",
                    hint: Suggestion.hint(for: word, among: known, known: "permissions are"))
            }
        }
        return set
    }
}
