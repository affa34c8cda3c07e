import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Credentials: they come in, they are used, they never go out.
struct CredentialRoutes {
    let vault: CredentialVault
    let workflows: any WorkflowStore
    let alerts: any AlertStore
    let inventory: any ConnectorInventory
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/credentials", list), Route(.post, "/credentials", create),
            Route(.get, "/credentials/kinds", kinds), Route(.get, "/credentials/:id", show),
            Route(.put, "/credentials/:id", replace), Route(.delete, "/credentials/:id", delete),
            Route(.get, "/credentials/:id/used-by", users),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let credentials = try await vault.list(in: context.tenant)
        return Response(["items": .array(credentials.map(\.json)), "next_cursor": .null])
    }

    @Sendable private func kinds(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let takers = CredentialTakers(inventory)
        return Response(["items": .array(CredentialKind.allCases.map { $0.json(takers: takers.of($0)) })])
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try CredentialBody(try await request.json(limit: limits.body))
        let record = try await vault.add(
            name: body.name, kind: body.kind, connector: body.connector,
            fields: inventory.completing(body.fields, kind: body.kind, of: body.connector), hosts: body.hosts,
            settings: body.settings, sharedWith: body.sharedWith, in: context.tenant)
        context.audit.detail("name", .string(record.name))
        return Response(record.json, status: .created, headers: [.location: "/api/v1/credentials/\(record.id)"])
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        return Response(try await record(context).json)
    }

    /// Values that are left out stay; nobody can read them to send them back.
    @Sendable private func replace(_ request: Request, _ context: APIContext) async throws -> Response {
        let wanted = try CredentialChange(body: try await request.json(limit: limits.body))
        let present = try await record(context)
        try context.check(present)
        if let name = wanted.name, name != present.name {
            // Workflows name it by its name, and would be left without.
            try await refuseUse(of: present, context, "renamed")
        }
        guard let record = try await vault.update(present.id, in: context.tenant, wanted) else {
            throw APIError.noCredential(context.parameter("id"))
        }
        return Response(record.json)
    }

    @Sendable private func users(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let record = try await record(context)
        let users = try await uses(of: record, context)
        return Response([
            "items": .array(users.map(\.json)), "alerts": .array(try await alarms(of: record, context).map(\.named)),
        ])
    }

    /// By id or by name. One that workflows or alerts use is deleted only with `?force=true`.
    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["force"])
        let isForced = query.read("force", expecting: "true or false") { Bool($0) } ?? false
        try query.check()
        let record = try await record(context)
        try context.check(record)
        if !isForced { try await refuseUse(of: record, context, "deleted") }
        guard try await vault.remove(record.id, in: context.tenant) else {
            throw APIError.noCredential(context.parameter("id"))
        }
        return Response(status: .noContent)
    }

    /// The one that the path names, by id or by name.
    func record(_ context: APIContext) async throws -> CredentialRecord {
        let name = context.parameter("id")
        let found =
            if let id = CredentialID(name) {
                try await vault.record(id, in: context.tenant)
            } else {
                try await vault.record(named: name, in: context.tenant)
            }
        guard let found else { throw APIError.noCredential(name) }
        return found
    }

    private func uses(of record: CredentialRecord, _ context: APIContext) async throws -> [VersionInUse] {
        try await workflows.versionsInUse(holding: record.name, in: context.tenant)
            .filter { $0.version.document.usesCredentials(named: record.name) }
    }

    private func alarms(of record: CredentialRecord, _ context: APIContext) async throws -> [AlertRule] {
        try await alerts.alerts(naming: record.name, in: context.tenant)
    }

    private func refuseUse(of record: CredentialRecord, _ context: APIContext, _ what: String) async throws {
        let users = try await uses(of: record, context)
        let alarms = try await alarms(of: record, context)
        let first = users.first.map { "the workflow \($0.name.quoted)" }
        guard let first = first ?? alarms.first.map({ "the alert \($0.draft.name.quoted)" }) else { return }
        let others = Set(users.map(\.version.workflow)).count + alarms.count - 1
        throw APIError(
            .credentialInUse,
            "The credential \(record.name.quoted) is used by \(first)" + (others > 0 ? " and \(others) more" : "")
                + ", so it is not \(what). Change what names it first"
                + (what == "deleted" ? ", or delete it all the same with 'force=true'." : "."),
            details: [
                "workflows": .array(users.prefix(100).map(\.json)), "alerts": .array(alarms.prefix(100).map(\.named)),
            ])
    }
}

extension APIError {
    static func noCredential(_ name: String) -> APIError {
        APIError(
            .credentialNotFound, "There is no credential with the id or name \(name.quoted).",
            details: ["credential": .string(name.shortened(to: 80))])
    }
}

extension AlertRule {
    fileprivate var named: JSON { ["alert_id": .string(id.description), "name": .string(draft.name)] }
}

extension VersionInUse {
    fileprivate var json: JSON {
        [
            "workflow_id": .string(version.workflow.description), "name": .string(name),
            "version": .int(Int64(version.version)), "newest": .bool(isNewest),
        ]
    }
}
