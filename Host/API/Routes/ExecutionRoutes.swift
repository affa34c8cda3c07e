import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// Starting workflows by hand: `POST /workflows/{id}/execute`, which waits for the result, and `POST /runs`, which does
/// not.
struct ExecutionRoutes {
    let workflows: CurrentWorkflows
    let runs: any RunStore
    let starter: RunStarter
    let waiting: RunWaiting
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [Route(.post, "/workflows/:id/execute", execute), Route(.post, "/runs", start)]
    }

    @Sendable private func execute(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.workflowID()
        let body = try await request.json(limit: limits.body, whenEmpty: [:])
        var members = try MemberReader(body: body, known: ["input", "async", "timeout_ms"])
        let isAsync = members.bool("async") ?? false
        let wait = members.integer("timeout_ms", in: 1...limits.longestExecutionWait) ?? limits.executionWait
        try members.check()
        let run = try await start(
            id, input: body["input"] ?? [:], for: isAsync ? .start : .end, request, context)
        guard !isAsync else { return accepted(run) }
        switch try await waiting.result(of: run, within: wait) {
        case .response(let response): return Response(ofRun: response)
        case .goesOn(let now): return accepted(now)
        case .ended(let now):
            return Response(now.json(RunView(try await runs.entries(of: run.id, in: run.tenant))))
        }
    }

    @Sendable private func start(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["workflow_id", "input"])
        let text = members.text("workflow_id", required: true)
        try members.check()
        guard let id = text.flatMap({ WorkflowID($0) }) else { throw APIError.noWorkflow(text ?? "") }
        try context.checkReach(id)
        return accepted(try await start(id, input: body["input"] ?? [:], for: .start, request, context))
    }

    private func start(
        _ id: WorkflowID, input: JSON, for waiter: NewRun.Waiter, _ request: Request, _ context: APIContext
    ) async throws -> RunRecord {
        let key = try request.idempotencyKey().map { "idempotency:" + $0 }
        // Stored with the run, so that it waits for no other transaction.
        let event = AuditEvent(
            .runStarted, by: context.actor, in: context.auditTenant, at: clock.now, from: context.origin(of: request),
            details: ["workflow_id": .string(id.description)])
        if let known = workflows.lastKnown(id, in: context.tenant), known.status == .active,
            try await workflows.triggers(of: known)?.contains(NodeKind.manual.rawValue) ?? false
        {
            do {
                let run = try await starter.start(
                    known, input: input, key: key, mustBeNewest: true, audit: event, waiter: waiter
                ).record
                return takenDown(run, context)
            } catch is WorkflowMoved {
                // It is looked at below.
            }
        }
        guard let workflow = try await workflows.workflow(id, in: context.tenant),
            let triggers = try await workflows.triggers(of: workflow)
        else { throw APIError.noWorkflow(id) }
        guard triggers.contains(NodeKind.manual.rawValue) else {
            throw APIError(
                .noManualTrigger,
                "The workflow has no manual trigger; add a node of type \"manual\" to start it by hand.",
                details: ["workflow_id": .string(id.description), "triggers": .array(triggers.map(JSON.string))])
        }
        guard workflow.status == .active else {
            throw APIError(
                .workflowPaused, "The workflow is paused and starts no runs. Resume it first.",
                details: ["workflow_id": .string(id.description)])
        }
        return takenDown(
            try await starter.start(workflow, input: input, key: key, audit: event, waiter: waiter).record, context)
    }

    private func takenDown(_ run: RunRecord, _ context: APIContext) -> RunRecord {
        _ = context.audit.claim()
        return run
    }

    /// 202: stored, and not finished yet.
    private func accepted(_ run: RunRecord) -> Response {
        Response(.object(run.json), status: .accepted, headers: [.location: "/api/v1/runs/\(run.id)"])
    }
}

extension Request {
    /// With the same key the same thing is done once, however often that is asked.
    func idempotencyKey() throws(APIError) -> String? {
        guard let key = headers[.idempotencyKey] else { return nil }
        guard (1...200).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            let problem = Problem(
                code: "bad-header", pointer: "Idempotency-Key",
                message: "'Idempotency-Key' must be 1 to 200 visible ASCII characters")
            throw .invalid([problem], what: "request")
        }
        return key
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
