import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// What runs are told from outside: `POST /runs/{id}/events`.
struct EventRoutes {
    let runs: any RunStore
    let relations: RunRelations
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        ["/runs", "/executions"].map { Route(.post, $0 + "/:id/events", send) } + [Route(.post, "/events", publish)]
    }

    /// 202: stored, and told to all runs that wait for it; those that come to wait while it is kept are told then.
    @Sendable private func publish(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["name", "key", "payload", "id", "keep"])
        let name = members.text("name", required: true)
        let key = members.text("key", required: true)
        let id = members.text("id") ?? DeliveryID.new(at: clock.now).description
        let keep = members.duration("keep") ?? SharedEvent.standardKept
        for (member, text) in [("name", name ?? "x"), ("key", key ?? "x"), ("id", id)]
        where text.utf8.count > SharedEvent.longestName || text.utf8.contains(where: { $0 < 0x20 }) {
            members.report(
                "bad-value", at: member,
                "\(member.quoted) must be 1 to \(SharedEvent.longestName) bytes without control characters")
        }
        if keep > SharedEvent.longestKept {
            members.report(
                "bad-value", at: "keep", "an event is kept for \(DurationText.text(SharedEvent.longestKept)) at most")
        }
        try members.check()
        let event = SharedEvent(
            id: id, name: name ?? "", key: key ?? "", payload: body["payload"] ?? .null,
            keepUntil: clock.now + keep)
        let runs = try await relations.publish(event, in: context.tenant)
        context.audit.name("event", id)
        context.audit.detail("name", .string(event.name))
        return Response(
            [
                "id": .string(id), "name": .string(event.name), "key": .string(event.key),
                "duplicate": .bool(runs == nil), "runs": .int(Int64(runs?.count ?? 0)),
            ], status: .accepted)
    }

    /// 202: stored. The run hears of it at once when it waits, and otherwise when it does.
    @Sendable private func send(_ request: Request, _ context: APIContext) async throws -> Response {
        let run = try context.runID()
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: ["name", "payload", "id"])
        let name = members.text("name", required: true)
        let id = members.text("id") ?? DeliveryID.new(at: clock.now).description
        for (member, text) in [("name", name ?? "x"), ("id", id)]
        where text.isEmpty || text.utf8.count > 200 || text.utf8.contains(where: { $0 < 0x20 }) {
            members.report(
                "bad-value", at: member, "\(member.quoted) must be 1 to 200 bytes without control characters")
        }
        try members.check()
        let isStored = try await relations.send(
            event: name ?? "", payload: body["payload"] ?? .null, id: id, to: run, in: context.tenant)
        guard isStored else {
            guard let record = try await runs.run(run, in: context.tenant) else { throw APIError.noRun(run) }
            throw APIError.finished(record)
        }
        return Response(
            ["run_id": .string(run.description), "id": .string(id), "name": .string(name ?? "")], status: .accepted)
    }
}

extension APIError {
    static func finished(_ record: RunRecord) -> APIError {
        APIError(
            .runFinished, "The run has ended already; its status is \(record.status.rawValue).",
            details: ["run_id": .string(record.id.description), "status": .string(record.status.rawValue)])
    }
}
