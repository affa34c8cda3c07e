import HTTPTypes
import Hummingbird
import NIOCore
import PatchbayCore
import PatchbayJSON

/// Packages that everybody can install: `/connector-packages`.
struct PublishedPackageRoutes {
    let shelf: PackageShelf
    let installed: any ConnectorPackageStore
    let installer: any ConnectorInstaller
    let clock: any TimeSource
    let limits: APILimits

    private var packages: any PackageSubmissionStore { shelf.packages }
    /// Workflows and runs that an answer lists besides their number.
    private static let mostListed = 20

    var routes: [Route] {
        [
            Route(.get, "/connector-packages", list), Route(.get, "/connector-packages/:id", versions),
            Route(.get, "/connector-packages/:id/:version", get),
            Route(.get, "/connector-packages/:id/:version/content", content),
            Route(.post, "/connector-packages/:id/:version/install", install),
            Route(.post, "/connector-packages/:id/:version/yank") { try await recall(.yanked, $0, $1) },
            Route(.post, "/connector-packages/:id/:version/quarantine") { try await recall(.quarantined, $0, $1) },
            Route(.post, "/connector-packages/:id/:version/restore", restore),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["q", "limit", "cursor"])
        let text = query.read("q", expecting: "at most 200 characters") { $0.unicodeScalars.count <= 200 ? $0 : nil }
        let page = query.page()
        try query.check()
        return Response(
            try await packages.published(matching: text, page: page).json { .object($0.json) })
    }

    @Sendable private func versions(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let id = context.parameter("id")
        let found = try await packages.published(id).filter { $0.isVisible(to: context) }
        guard !found.isEmpty else { throw APIError.noPackage(id, "") }
        return Response(["items": .array(found.map { .object($0.json) })])
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let package = try await shelf.published(context)
        return Response(try await shelf.whole(package, package.json))
    }

    /// Quarantined ones too: operators look into them.
    @Sendable private func content(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let pin = try shelf.pin(context)
        guard let bytes = try await packages.package(of: pin) else {
            throw APIError.noPackage(pin.connector, pin.version.description)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: PackageRoutes.packageTypes[0],
                .contentDisposition: "attachment; filename=\"\(pin.connector)-\(pin.version).pbc\"",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    @Sendable private func install(_ request: Request, _ context: APIContext) async throws -> Response {
        var body = try MemberReader(
            body: try await request.json(limit: limits.body, whenEmpty: [:]), known: ["may_connect"])
        let mayConnect = body.bool("may_connect") ?? false
        try body.check()
        let package = try await shelf.published(context)
        if let recall = package.recall { throw recall.refusal(of: package.pin) }
        guard let bytes = try await packages.package(of: package.pin) else {
            throw APIError.noPackage(package.pin.connector, package.pin.version.description)
        }
        context.audit.detail("digest", .string(package.content.digest))
        return try PackageRoutes.answer(
            try await installer.install(bytes, mayConnect: mayConnect, by: context.actor.name))
    }

    // MARK: Recalls

    /// A publisher advises against a version of theirs; an operator against any.
    private func recall(
        _ kind: PackageRecall.Kind, _ request: Request, _ context: APIContext
    ) async throws -> Response {
        var body = try MemberReader(
            body: try await request.json(limit: limits.body, whenEmpty: [:]), known: ["reason"])
        let reason = body.text("reason", required: true, limit: 1_000)
        try body.check()
        let package = try await changeable(context)
        let recall = PackageRecall(kind: kind, reason: reason ?? "", by: context.actor.name, at: clock.now)
        context.audit.detail("reason", .string((reason ?? "").shortened(to: 200)))
        return try await set(recall, of: package, context)
    }

    /// Lifts a recall, whoever made it, so that this is the operators'. What it disabled stays so until one enables it.
    @Sendable private func restore(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        return try await set(nil, of: try await changeable(context), context)
    }

    private func set(
        _ recall: PackageRecall?, of package: PackageSubmission, _ context: APIContext
    ) async throws -> Response {
        let pin = package.pin
        guard let changed = try await packages.recall(recall, of: pin) else {
            throw APIError.noPackage(pin.connector, pin.version.description)
        }
        context.audit.change("recall", from: package.recall?.json ?? .null, to: recall?.json ?? .null)
        await installer.settle()
        guard context.isOperator else { return Response(.object(changed.json)) }
        // Whoever answers for all tenants sees whom it concerns.
        let needs = try await installed.needs(of: pin, limit: Self.mostListed)
        return Response(.object(changed.json.with("needs", .object(needs.json))))
    }

    /// What an operator has quarantined, only operators touch.
    private func changeable(_ context: APIContext) async throws -> PackageSubmission {
        let package = try await shelf.published(context)
        guard package.publisher == context.tenant || context.isOperator else {
            throw APIError.forbidden(.installationManage)
        }
        return package
    }
}
