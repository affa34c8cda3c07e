import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// What operators decide while runs go on: whether a workflow runs, what the tenant may have of the workers, and a look at
/// the services that are left alone.
struct OperatingRoutes {
    let workflows: any WorkflowStore
    let queue: any RunQueue
    let gates: any GateStore
    let signals: RunSignals
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.post, "/workflows/:id/pause", pause), Route(.post, "/workflows/:id/resume", resume),
            Route(.get, "/limits", getShare), Route(.put, "/limits", setShare),
            Route(.get, "/connectors/breakers", breakers),
        ]
    }

    @Sendable private func pause(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.workflowID()
        let body = try await request.json(limit: limits.body, whenEmpty: [:])
        var members = try MemberReader(body: body, known: ["hold"])
        let isHolding = members.bool("hold") ?? false
        try members.check()
        _ = try await workflows.unmoved(id, for: request, context)
        guard try await queue.pause(id, in: context.tenant, holding: isHolding, at: clock.now) else {
            throw APIError.noWorkflow(id)
        }
        context.audit.detail("hold", .bool(isHolding))
        return try await workflow(id, context)
    }

    @Sendable private func resume(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.workflowID()
        _ = try await workflows.unmoved(id, for: request, context)
        guard try await queue.resume(id, in: context.tenant, at: clock.now) else { throw APIError.noWorkflow(id) }
        signals.wake()
        return try await workflow(id, context)
    }

    private func workflow(_ id: WorkflowID, _ context: APIContext) async throws -> Response {
        guard let record = try await workflows.workflow(id, in: context.tenant) else { throw APIError.noWorkflow(id) }
        return Response(.object(record.json), headers: [.eTag: WorkflowETag(record).text])
    }

    @Sendable private func getShare(_ request: Request, _ context: APIContext) async throws -> Response {
        Response(try await queue.share(of: context.tenant).json)
    }

    @Sendable private func setShare(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["weight", "concurrency", "labels"])
        let weight = members.integer("weight", in: 1...Int64(TenantShare.heaviest)) ?? 1
        let isUnlimited = body["concurrency"]?.isNull ?? true
        let concurrency = isUnlimited ? nil : members.integer("concurrency", in: 1...1_000_000)
        let labels = members.strings("labels") ?? []
        if labels.count > WorkerLabel.most || !labels.allSatisfy(WorkerLabel.isValid) {
            members.report(
                "bad-value", at: "labels",
                "'labels' must be at most \(WorkerLabel.most) labels of small letters, digits and hyphens")
        }
        try members.check()
        let share = TenantShare(weight: Int(weight), concurrency: concurrency.map { Int($0) }, labels: labels)
        let before = try await queue.share(of: context.tenant)
        try await queue.setShare(share, of: context.tenant)
        let after = try await queue.share(of: context.tenant)
        context.audit.change("share", from: before.json, to: after.json)
        return Response(after.json)
    }

    @Sendable private func breakers(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let records = try await gates.gates(in: context.tenant)
        return Response(["items": .array(records.map(\.json)), "next_cursor": .null])
    }
}

extension TenantShare {
    fileprivate var json: JSON {
        [
            "weight": .int(Int64(weight)), "concurrency": .optional(concurrency),
            "labels": .array(labels.map(JSON.string)),
        ]
    }
}

extension JSON {
    /// A number, or null.
    fileprivate static func optional(_ number: Int?) -> JSON {
        if let number { .int(Int64(number)) } else { .null }
    }

    /// A moment, or null.
    fileprivate static func optional(_ moment: Timestamp?) -> JSON {
        if let moment { .string(moment.description) } else { .null }
    }
}

extension GateRecord {
    fileprivate var json: JSON {
        [
            "connector": .string(key.connector), "version": .string(key.version),
            "credential": key.credential.isEmpty ? .null : .string(key.credential), "state": .string(state.rawValue),
            "until": .optional(until), "calls": .int(Int64(calls)), "failures": .int(Int64(failures)),
            "since": .string(since.description),
        ]
    }
}
