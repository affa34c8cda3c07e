import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// Indexes of other houses that the installation follows: `/indexes`. They are for operators.
struct IndexRoutes {
    let indexes: any IndexStore
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/indexes", list), Route(.post, "/indexes", create), Route(.get, "/indexes/:id", get),
            Route(.put, "/indexes/:id", change), Route(.delete, "/indexes/:id", remove),
            Route(.post, "/indexes/:id/fetch", hurry), Route(.get, "/indexes/:id/connectors", connectors),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        return Response(["items": .array(try await indexes.indexes().map(\.json)), "next_cursor": .null])
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try reading(try await request.json(limit: limits.body), isNew: true)
        let now = clock.now
        let index = TemplateIndex(
            id: .new(at: now), name: body.name, url: body.change.url ?? "", key: body.change.key ?? "",
            isEnabled: body.change.isEnabled ?? true, interval: body.change.interval ?? TemplateIndex.usualInterval,
            nextAt: now, createdBy: context.actor.name, createdAt: now, updatedAt: now)
        do {
            try await indexes.create(index)
        } catch let conflict as IndexConflict {
            throw APIError(conflict)
        }
        context.audit.detail("name", .string(index.name))
        context.audit.detail("url", .string(index.url))
        return Response(index.json, status: .created, headers: [.location: "/api/v1/indexes/\(index.id)"])
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        Response(try await index(context).json)
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try reading(try await request.json(limit: limits.body), isNew: false)
        let present = try await index(context)
        guard let changed = try await indexes.change(present.id, body.change, at: clock.now) else {
            throw APIError.noIndex(present.id.description)
        }
        context.audit.change("url", from: .string(present.url), to: .string(changed.url))
        context.audit.change("key", from: .string(present.key), to: .string(changed.key))
        context.audit.change("enabled", from: .bool(present.isEnabled), to: .bool(changed.isEnabled))
        return Response(changed.json)
    }

    @Sendable private func remove(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await index(context)
        guard try await indexes.remove(present.id, at: clock.now) else {
            throw APIError.noIndex(present.id.description)
        }
        context.audit.detail("name", .string(present.name))
        return Response(status: .noContent)
    }

    @Sendable private func hurry(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await index(context)
        guard let hurried = try await indexes.hurry(present.id, at: clock.now) else {
            throw APIError.noIndex(present.id.description)
        }
        return Response(hurried.json, status: .accepted)
    }

    @Sendable private func connectors(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        let present = try await index(context)
        return Response(try await indexes.connectors(of: present.id, page: page).json { $0.json(beside: present) })
    }

    private func reading(_ body: JSON, isNew: Bool) throws(APIError) -> IndexReading {
        let reading = IndexReading(body, isNew: isNew, keys: SignatureKey.problem)
        if !reading.problems.isEmpty { throw .invalid(reading.problems, what: "body") }
        return reading
    }

    private func index(_ context: APIContext) async throws -> TemplateIndex {
        let text = context.parameter("id")
        let found =
            if let id = IndexID(text) { try await indexes.index(id) } else { try await indexes.index(named: text) }
        guard let found else { throw APIError.noIndex(text) }
        return found
    }
}
