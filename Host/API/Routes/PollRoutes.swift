import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// Polling triggers: how far each has come, and what is wrong with it. They are made and changed with their workflows.
struct PollRoutes {
    let polls: any PollStore
    let signals: RunSignals
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/polls", list), Route(.get, "/polls/:id", get), Route(.post, "/polls/:id/poll", hurry),
            Route(.post, "/polls/:id/reset", reset),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["workflow_id", "limit", "cursor"])
        let workflow = query.read("workflow_id", expecting: "a workflow's id") { WorkflowID($0) }
        let page = query.page()
        try query.check()
        try context.checkReach(workflow)
        return Response(try await polls.polls(in: context.tenant, of: workflow, page: page).json(\.json))
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        Response(try await poll(context).json)
    }

    @Sendable private func hurry(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await poll(context)
        guard let record = try await polls.hurry(present.id, in: context.tenant, at: clock.now) else {
            throw APIError.noPoll(present.id.description)
        }
        signals.pollsChanged()
        return Response(record.json, status: .accepted)
    }

    @Sendable private func reset(_ request: Request, _ context: APIContext) async throws -> Response {
        let present = try await poll(context)
        let body = try await request.json(limit: limits.body, whenEmpty: [:])
        let members = try MemberReader(body: body, known: ["cursor"])
        try members.check()
        let record = try await polls.reset(
            present.id, in: context.tenant, cursor: members.object["cursor"], at: clock.now)
        guard let record else { throw APIError.noPoll(present.id.description) }
        signals.pollsChanged()
        context.audit.change("cursor", from: present.progress.cursor ?? .null, to: record.progress.cursor ?? .null)
        return Response(record.json)
    }

    private func poll(_ context: APIContext) async throws -> PollRecord {
        let text = context.parameter("id")
        guard let id = PollID(text), let record = try await polls.poll(id, in: context.tenant) else {
            // A limited key does not learn what there is beside its own.
            try context.checkReach(nil)
            throw APIError.noPoll(text)
        }
        try context.checkReach(record.workflow)
        return record
    }
}

extension PollRecord {
    enum State: String, CaseIterable {
        /// It has not been polled yet.
        case new
        case active, failing
        case workflowPaused = "workflow_paused"
    }

    var json: JSON {
        let state: State =
            isHeld ? .workflowPaused : progress.failures > 0 ? .failing : progress.polledAt == nil ? .new : .active
        return [
            "id": .string(id.description), "workflow_id": .string(workflow.description), "node": .string(node),
            "name": .string(name), "uses": .string(uses), "credential": credential.map(JSON.string) ?? .null,
            "status": .string(state.rawValue), "config": config, "cursor": progress.cursor ?? .null,
            "failures": .int(Int64(progress.failures)), "error": progress.error ?? .null,
            "polled_at": .time(progress.polledAt), "next_at": .time(nextAt), "items": .int(progress.items),
            "created_at": .string(createdAt.description), "updated_at": .string(updatedAt.description),
        ]
    }
}

extension APIError {
    static func noPoll(_ id: String) -> APIError {
        APIError(
            .pollNotFound, "There is no polling trigger with the id \(id.quoted).",
            details: ["poll_id": .string(id.shortened(to: 80))])
    }
}
