import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Credentials: they come in, they are used, they never go out.
struct CredentialRoutes {
    let vault: CredentialVault
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/credentials", list), Route(.post, "/credentials", create),
            Route(.delete, "/credentials/:id", delete),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let credentials = try await vault.list(in: context.tenant)
        return Response(["items": .array(credentials.map(\.json)), "next_cursor": .null])
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try CredentialBody(try await request.json(limit: limits.body))
        let record = try await vault.add(
            name: body.name, kind: body.kind, connector: body.connector, fields: body.fields, hosts: body.hosts,
            settings: body.settings, in: context.tenant)
        return Response(record.json, status: .created, headers: [.location: "/api/v1/credentials/\(record.id)"])
    }

    /// By id or by name.
    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let name = context.parameter("id")
        let isGone =
            if let id = CredentialID(name) {
                try await vault.remove(id, in: context.tenant)
            } else {
                try await vault.remove(named: name, in: context.tenant)
            }
        guard isGone else {
            throw APIError(
                .credentialNotFound, "There is no credential with the id or name \(name.quoted).",
                details: ["credential": .string(name.shortened(to: 80))])
        }
        return Response(status: .noContent)
    }
}
