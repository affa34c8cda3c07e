import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON

/// Packages that tenants offer to everybody, and what operators decide about them: `/connector-submissions`.
struct PackageSubmissionRoutes {
    let shelf: PackageShelf
    let examiner: any PackageExaminer
    let clock: any TimeSource
    let limits: APILimits

    private var packages: any PackageSubmissionStore { shelf.packages }

    var routes: [Route] {
        [
            Route(.get, "/connector-submissions", list), Route(.post, "/connector-submissions", submit),
            Route(.get, "/connector-submissions/own", own), Route(.get, "/connector-submissions/:id/:version", get),
            Route(.post, "/connector-submissions/:id/:version/approve", approve),
            Route(.post, "/connector-submissions/:id/:version/reject", reject),
            Route(.post, "/connector-submissions/:id/:version/publish", publish),
            Route(.post, "/connector-submissions/:id/:version/withdraw", withdraw),
        ]
    }

    /// Whoever fails a check reads in the report which, and submits the version anew.
    @Sendable private func submit(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["signer", "hold"])
        let signer = query.read("signer", expecting: "a public key, 32 bytes in base64") { text in
            text.utf8.count == 44 ? text : nil
        }
        let isHeld = query.read("hold", expecting: "`true` or `false`") { Bool($0) } ?? false
        try query.check()
        guard PackageRoutes.packageTypes.contains(MediaType(request.headers[.contentType]).name) else {
            throw APIError(
                .unsupportedMediaType, "Send the package as 'Content-Type: \(PackageRoutes.packageTypes[0])'.")
        }
        let bytes = try await request.bytes(limit: limits.package)
        let content = try await examiner.examine(bytes, signer: signer)
        let submission = PackageSubmission(
            offering: content, of: context.tenant, isHeld: isHeld, by: context.actor.name, at: clock.now)
        try await packages.submit(submission, package: bytes)
        context.audit.name("package", content.pin.description)
        context.audit.detail("digest", .string(content.digest))
        context.audit.detail("state", .string(submission.submission.state.rawValue))
        return Response(
            try await shelf.whole(submission, submission.shown), status: .created,
            headers: [.location: "/api/v1/connector-submissions/\(content.pin.connector)/\(content.pin.version)"])
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["state", "limit", "cursor"])
        let words = SubmissionState.allCases.map(\.rawValue).joined(separator: ", ")
        let state = query.read("state", expecting: "one of " + words) { SubmissionState(rawValue: $0) }
        let page = query.page()
        try query.check()
        return Response(
            try await packages.submissions(in: state ?? .pending, page: page).json {
                .object($0.shown.with("tenant_id", .string($0.publisher.description)))
            })
    }

    @Sendable private func own(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        return Response(
            try await packages.submissions(of: context.tenant, page: page).json { .object($0.shown) })
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let submission = try await shelf.submission(context)
        return Response(try await shelf.whole(submission, submission.shown))
    }

    // MARK: Moderators

    @Sendable private func approve(_ request: Request, _ context: APIContext) async throws -> Response {
        var body = try MemberReader(
            body: try await request.json(limit: limits.body, whenEmpty: [:]), known: ["reasons", "accept_signer"])
        let reasons = body.text("reasons", limit: 2_000)
        let acceptsSigner = body.bool("accept_signer") ?? false
        try body.check()
        let submission = try await shelf.submission(context)
        if !acceptsSigner, let before = try await shelf.predecessor(of: submission),
            before.content.signer != submission.content.signer
        {
            throw APIError.otherSigner(submission, than: before)
        }
        return try await apply(.approve, to: submission, reasons ?? "", context)
    }

    /// Whoever is refused is told why.
    @Sendable private func reject(_ request: Request, _ context: APIContext) async throws -> Response {
        var body = try MemberReader(
            body: try await request.json(limit: limits.body, whenEmpty: [:]), known: ["reasons"])
        let reasons = body.text("reasons", required: true, limit: 2_000)
        try body.check()
        return try await apply(.reject, to: try await shelf.submission(context), reasons ?? "", context)
    }

    // MARK: Its tenant

    @Sendable private func publish(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let submission = try await shelf.submission(context, ofOwn: true)
        return try await apply(.submit(held: false), to: submission, "", context)
    }

    @Sendable private func withdraw(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let submission = try await shelf.submission(context, ofOwn: true)
        return try await apply(.withdraw, to: submission, "", context)
    }

    private func apply(
        _ event: SubmissionEvent, to submission: PackageSubmission, _ reasons: String, _ context: APIContext
    ) async throws -> Response {
        let pin = submission.pin
        let changed = try await packages.apply(
            event, to: pin, by: context.actor.name, reasons: reasons, at: clock.now)
        guard let changed else { throw APIError.noPackage(pin.connector, pin.version.description) }
        context.audit.detail("digest", .string(changed.content.digest))
        if !reasons.isEmpty { context.audit.detail("reasons", .string(reasons.shortened(to: 200))) }
        return Response(.object(changed.shown))
    }
}
