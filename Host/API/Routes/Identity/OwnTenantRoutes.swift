import HTTPTypes
import Hummingbird
import NIOCore
import PatchbayCore
import PatchbayJSON
import Synchronization

/// The tenant that the caller is in, for its own people: `/tenant`.
struct OwnTenantRoutes {
    let tenants: any TenantStore
    let exporter: any TenantExporter
    let authenticator: Authenticator
    let clock: any TimeSource
    let limits: APILimits
    private let exports = ExportCount()

    init(
        tenants: any TenantStore, exporter: any TenantExporter, authenticator: Authenticator, clock: any TimeSource,
        limits: APILimits
    ) {
        self.tenants = tenants
        self.exporter = exporter
        self.authenticator = authenticator
        self.clock = clock
        self.limits = limits
    }

    var routes: [Route] {
        [
            Route(.get, "/tenant", get), Route(.put, "/tenant", rename), Route(.get, "/tenant/usage", usage),
            Route(.get, "/tenant/export", export), Route(.delete, "/tenant", delete),
        ]
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        return Response(try await tenants.required(context.tenant.description).json)
    }

    @Sendable private func rename(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["name"])
        let name = members.text("name", required: true)
        try members.check()
        guard try await tenants.rename(context.tenant, to: name ?? "") else {
            throw APIError.noTenant(context.tenant.description)
        }
        authenticator.forget()
        return Response(try await tenants.required(context.tenant.description).json)
    }

    @Sendable private func usage(_ request: Request, _ context: APIContext) async throws -> Response {
        try await tenants.answer(aboutUsageOf: context.tenant, request, at: clock.now)
    }

    /// Written as it is read: an export may be larger than memory. What goes wrong on the way cuts the connection, and
    /// the last line is missing.
    @Sendable private func export(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let tenant = try await tenants.required(context.tenant.description)
        let place = try exports.take()
        let (exporter, now) = (exporter, clock.now)
        let body = ResponseBody { writer in
            defer { place.leave() }
            // The exporter writes one line after the other and keeps nothing when it is done, so nobody else has it meanwhile.
            nonisolated(unsafe) var output = writer
            var lines = ByteBuffer()
            try await exporter.export(tenant.id, at: now) { line in
                lines.writeString(line)
                lines.writeString("\n")
                guard lines.readableBytes >= 64 << 10 else { return }
                try await output.write(lines)
                lines.clear()
            }
            try await output.write(lines)
            try await output.finish(nil)
        }
        let name = "\(tenant.id).jsonl"
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/jsonl; charset=utf-8",
                .contentDisposition: "attachment; filename=\"\(name)\"",
            ], body: body)
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let tenant = try await tenants.required(context.tenant.description)
        try await tenants.close(tenant, confirmedBy: request)
        authenticator.forget()
        return Response(try await tenants.required(tenant.id.description).json, status: .accepted)
    }
}

/// Exports that are being read. Each holds a connection of the database, and a moment of it, for as long as its reader
/// takes.
private final class ExportCount: Sendable {
    private static let most = 2

    private let count = Mutex(0)

    /// One of the places, which is free again when it is left, or when nobody ever reads the answer.
    final class Place: Sendable {
        private let owner: ExportCount
        private let isTaken = Mutex(true)

        fileprivate init(_ owner: ExportCount) { self.owner = owner }

        func leave() {
            let wasTaken = isTaken.withLock { isTaken in
                defer { isTaken = false }
                return isTaken
            }
            if wasTaken { owner.count.withLock { $0 -= 1 } }
        }

        deinit { leave() }
    }

    func take() throws(APIError) -> Place {
        let isFree = count.withLock { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
        guard isFree else {
            throw APIError(
                .busy, "Other exports are being read. Try again in a minute.", headers: [.retryAfter: "60"])
        }
        return Place(self)
    }
}
