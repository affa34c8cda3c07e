import HTTPTypes
import Hummingbird
import NIOCore
import PatchbayCore
import PatchbayJSON

/// What was taken down: a tenant's at `/audit`, the installation's own at `/installation/audit`.
struct AuditRoutes {
    private static let filters = ["actor", "event", "resource_id", "resource_type", "outcome", "from", "before"]

    let trail: any AuditTrail

    var routes: [Route] {
        [("/audit", false), ("/installation/audit", true)].flatMap { path, isInstallation in
            [
                Route(.get, path) { try await list($0, isInstallation ? nil : $1.tenant) },
                Route(.get, path + "/export") { try await export($0, isInstallation ? nil : $1.tenant) },
                Route(.get, path + "/verify") { try await verify($0, isInstallation ? nil : $1.tenant) },
            ]
        }
    }

    private func list(_ request: Request, _ tenant: TenantID?) async throws -> Response {
        var query = try Query(request, known: Self.filters + ["limit", "cursor"])
        let (filter, page) = (query.auditFilter(), query.page())
        try query.check()
        let found = try await trail.records(in: tenant, filter, page: page)
        let items = try found.items.map { try JSON(parsing: $0.line) }
        return Response(["items": .array(items), "next_cursor": found.next.map(JSON.string) ?? .null])
    }

    /// A line a record, the oldest first, as they are read: the whole never stands in memory.
    private func export(_ request: Request, _ tenant: TenantID?) async throws -> Response {
        var query = try Query(request, known: Self.filters)
        let filter = query.auditFilter()
        try query.check()
        let trail = trail
        let body = ResponseBody { writer in
            let end = try await trail.head(of: tenant)?.sequence ?? 0
            var last = 0
            while last < end {
                let records = try await trail.records(in: tenant, filter, behind: last, through: end)
                guard let newest = records.last else { break }
                last = newest.sequence
                var buffer = ByteBuffer()
                for record in records {
                    buffer.writeBytes(record.line)
                    buffer.writeInteger(UInt8(ascii: "\n"))
                }
                try await writer.write(buffer)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/jsonl; charset=utf-8",
                .contentDisposition: "attachment; filename=\"audit.jsonl\"",
            ], body: body)
    }

    /// Goes through the whole chain. With `anchor`, an end that was kept elsewhere must still be in it.
    private func verify(_ request: Request, _ tenant: TenantID?) async throws -> Response {
        var query = try Query(request, known: ["anchor"])
        let anchor = query.read("anchor", expecting: "a chain's end as 'head' gave it, such as 12:9f86…") {
            AuditHead($0)
        }
        try query.check()
        return Response(try await trail.verify(tenant, anchor: anchor).json)
    }
}

extension Query {
    mutating func auditFilter() -> AuditFilter {
        var filter = AuditFilter()
        func word(_ text: String) -> String? {
            (1...200).contains(text.utf8.count) && !text.utf8.contains(0) ? text : nil
        }
        filter.actor = read("actor", expecting: "an id of an account or a key, or a kind of actor", word)
        filter.action = read("event", expecting: "a kind of event, such as workflow.updated") {
            AuditAction(rawValue: $0)
        }
        filter.resource = read("resource_id", expecting: "an id or a name", word)
        filter.resourceKind = read("resource_type", expecting: "a kind of thing, such as workflow", word)
        let outcomes = AuditEvent.Outcome.allCases.map(\.rawValue).joined(separator: ", ")
        filter.outcome = read("outcome", expecting: "one of \(outcomes)") { AuditEvent.Outcome(rawValue: $0) }
        let time = "a time (RFC 3339), such as 2026-01-31T12:00:00Z"
        filter.from = read("from", expecting: time) { Timestamp($0) }
        filter.to = read("before", expecting: time) { Timestamp($0) }
        return filter
    }
}
