import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// When workflows start by themselves. Schedules that stand in a document are changed with that, others here.
struct ScheduleRoutes {
    let schedules: any ScheduleStore
    let workflows: CurrentWorkflows
    let starter: RunStarter
    let signals: RunSignals
    let zones: any TimeZones
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/schedules", list), Route(.post, "/schedules", create),
            Route(.get, "/schedules/:id", get), Route(.put, "/schedules/:id", change),
            Route(.delete, "/schedules/:id", delete), Route(.get, "/schedules/:id/history", history),
            Route(.post, "/schedules/:id/trigger", trigger),
            Route(.post, "/schedules/:id/pause") { try await setPaused(true, $0, $1) },
            Route(.post, "/schedules/:id/resume") { try await setPaused(false, $0, $1) },
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["workflow_id", "limit", "cursor"])
        let workflow = query.read("workflow_id", expecting: "a workflow's id") { WorkflowID($0) }
        let page = query.page()
        try query.check()
        try context.checkReach(workflow)
        let found = try await schedules.schedules(in: context.tenant, of: workflow, page: page)
        return Response(found.json { payload(of: $0) })
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        let wanted = try ScheduleBody(body, zones: zones, isNew: true)
        guard let text = wanted.workflow, let id = WorkflowID(text) else {
            throw APIError.noWorkflow(wanted.workflow ?? "")
        }
        try context.checkReach(id)
        try await check(wanted, of: id, context)
        let now = clock.now
        let record = ScheduleRecord(
            id: .new(at: now), tenant: context.tenant, workflow: id, node: wanted.node, name: wanted.name ?? "schedule",
            spec: wanted.spec, after: now, createdAt: now, updatedAt: now)
        try await schedules.create(record)
        signals.schedulesChanged()
        context.audit.detail("workflow_id", .string(id.description))
        let stored = try await schedules.schedule(record.id, in: context.tenant) ?? record
        return Response(
            payload(of: stored), status: .created, headers: [.location: "/api/v1/schedules/\(record.id)"])
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        Response(payload(of: try await schedule(context)))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await schedule(context)
        let wanted = try ScheduleBody(try await request.json(limit: limits.body), zones: zones, isNew: false)
        guard !present.isDeclared else { throw APIError.inDocument(present) }
        try await check(wanted, of: present.workflow, context)
        let changed = try await schedules.change(
            present.id, in: context.tenant, name: wanted.name ?? present.name, node: wanted.node, spec: wanted.spec,
            at: clock.now)
        guard let changed else { throw APIError.noSchedule(present.id.description) }
        signals.schedulesChanged()
        context.audit.change("config", from: present.spec, to: changed.spec)
        return Response(payload(of: changed))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await schedule(context)
        guard !present.isDeclared else { throw APIError.inDocument(present) }
        guard try await schedules.delete(present.id, in: context.tenant) else {
            throw APIError.noSchedule(present.id.description)
        }
        context.audit.detail("workflow_id", .string(present.workflow.description))
        return Response(status: .noContent)
    }

    private func setPaused(
        _ isPaused: Bool, _ request: Request, _ context: APIContext
    ) async throws -> Response {
        let present = try await schedule(context)
        let changed = try await schedules.setPaused(isPaused, present.id, in: context.tenant, at: clock.now)
        guard let changed else { throw APIError.noSchedule(present.id.description) }
        signals.schedulesChanged()
        return Response(payload(of: changed))
    }

    @Sendable private func history(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await schedule(context)
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        let found = try await schedules.firings(of: present.id, in: context.tenant, page: page)
        return Response(found.json(\.json))
    }

    @Sendable private func trigger(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await schedule(context)
        let key = try request.idempotencyKey()
        guard let workflow = try await workflows.workflow(present.workflow, in: context.tenant) else {
            throw APIError.noWorkflow(present.workflow)
        }
        guard workflow.status == .active else {
            throw APIError(
                .workflowPaused, "The workflow is paused and starts no runs. Resume it first.",
                details: ["workflow_id": .string(workflow.id.description)])
        }
        var reader = MemberReader(present.spec.object ?? [:], at: "", subject: "the schedule")
        guard let spec = ScheduleSpec(reading: &reader, zones: nil) else {
            throw APIError.invalid(reader.problems, what: "schedule")
        }
        let now = clock.now
        let run = try await starter.start(
            present, of: workflow, by: spec, at: now,
            key: "by-hand:\(key ?? RequestID.new(at: now).description)")
        try await schedules.note(
            ScheduleFiring(
                schedule: present.id, time: run.createdAt, at: now, outcome: .started, reason: "by_hand", run: run.id),
            in: context.tenant)
        context.audit.detail("run_id", .string(run.id.description))
        return Response(.object(run.json), status: .accepted, headers: [.location: "/api/v1/runs/\(run.id)"])
    }

    private func schedule(_ context: APIContext) async throws -> ScheduleRecord {
        let text = context.parameter("id")
        guard let id = ScheduleID(text), let record = try await schedules.schedule(id, in: context.tenant) else {
            // A limited key does not learn what there is beside its own.
            try context.checkReach(nil)
            throw APIError.noSchedule(text)
        }
        try context.checkReach(record.workflow)
        return record
    }

    /// There has to be a trigger that its runs can begin at.
    private func check(_ wanted: ScheduleBody, of id: WorkflowID, _ context: APIContext) async throws {
        guard let workflow = try await workflows.workflow(id, in: context.tenant),
            let triggers = try await workflows.triggers(of: workflow)
        else { throw APIError.noWorkflow(id) }
        let fitting = [NodeKind.schedule, .manual].map(\.rawValue)
        guard triggers.contains(where: fitting.contains) else {
            throw APIError(
                .noManualTrigger,
                "The workflow has no trigger that a schedule could begin at; add a node of type \"manual\".",
                details: ["workflow_id": .string(id.description), "triggers": .array(triggers.map(JSON.string))])
        }
    }

    private func payload(of record: ScheduleRecord) -> JSON { record.json(in: zones, at: clock.now) }
}
