import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// Repeating runs that have ended, one or many, and the failed ones that nobody has taken care of: dead letters.
struct RetryRoutes {
    let runs: any RunStore
    let repeater: RunRepeater
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        ["/runs", "/executions"].flatMap { path in
            [Route(.post, path + "/:id/retry", retry), Route(.post, path + "/retry", retryMany)]
        } + [
            Route(.get, "/dead-letters", deadLetters), Route(.post, "/dead-letters/replay", replay),
            Route(.post, "/dead-letters/dismiss", dismiss),
        ]
    }

    /// 202: the new run is stored.
    @Sendable private func retry(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.runID()
        let body = try await request.json(limit: limits.body, whenEmpty: [:])
        var members = try MemberReader(body: body, known: RepeatOrder.members)
        let order = RepeatOrder(&members)
        try members.check()
        let key = try request.idempotencyKey()
        guard let run = try await runs.run(id, in: context.tenant) else { throw APIError.noRun(id) }
        do {
            let repeated = try await repeater.start(run, as: order, key: key)
            context.audit.detail("retried_by", .string(repeated.id.description))
            return Response(
                .object(repeated.json), status: .accepted, headers: [.location: "/api/v1/runs/\(repeated.id)"])
        } catch let refusal as RepeatRefusal {
            throw APIError(refusal, of: run)
        }
    }

    @Sendable private func retryMany(_ request: Request, _ context: APIContext) async throws -> Response {
        try await repeatMany(request, context) { filter in filter.isUnretried = true }
    }

    @Sendable private func replay(_ request: Request, _ context: APIContext) async throws -> Response {
        try await repeatMany(request, context, isOnce: true) { filter in
            filter.statuses = []
            filter.isDeadLetter = true
        }
    }

    /// Each run by itself: what stands in the way of one is told and does not keep the others.
    private func repeatMany(
        _ request: Request, _ context: APIContext, isOnce: Bool = false, narrow: (inout RunFilter) -> Void
    ) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: RunChoice.members + RepeatOrder.members)
        var order = RepeatOrder(&members)
        let choice = RunChoice(&members)
        try members.check()
        var (retried, refused) = ([JSON](), [JSON]())
        let found: (records: [RunRecord], next: String?)
        switch choice.which {
        case .named(let ids):
            order.isOnce = isOnce
            found = try await named(ids, in: context) { refused.append($0) }
        case .matching(var filter, let limit, let cursor):
            // Others may ask for the same at this moment.
            order.isOnce = true
            narrow(&filter)
            found = try await matching(filter, limit: limit, from: cursor, in: context)
        }
        for run in found.records {
            do {
                let repeated = try await repeater.start(run, as: order)
                retried.append(["run_id": .string(run.id.description), "retried_by": .string(repeated.id.description)])
            } catch let refusal as RepeatRefusal {
                refused.append(APIError(refusal, of: run).refusal(of: run.id))
            }
        }
        Self.tell(retried, of: "retried", context)
        context.audit.detail("refused", .int(Int64(refused.count)))
        return Response(
            .object(Self.answer(["retried": .array(retried), "refused": .array(refused)], next: found.next)),
            status: .accepted)
    }

    /// `next_cursor` leads behind all that were looked at, so that what was refused is not tried again and again.
    private static func answer(_ members: JSONObject, next: String?) -> JSONObject {
        var answer = members
        answer["has_more"] = .bool(next != nil)
        answer["next_cursor"] = next.map(JSON.string) ?? JSON.null
        return answer
    }

    /// For the audit log: how many, and the first of them.
    private static func tell(_ items: [JSON], of name: String, _ context: APIContext) {
        context.audit.detail("count", .int(Int64(items.count)))
        context.audit.detail(name, .array(Array(items.prefix(50))))
    }

    private func named(
        _ ids: [RunID], in context: APIContext, _ refuse: (JSON) -> Void
    ) async throws -> (records: [RunRecord], next: String?) {
        var records: [RunRecord] = []
        for id in ids {
            if let run = try await runs.run(id, in: context.tenant) {
                records.append(run)
            } else {
                refuse(APIError.noRun(id).refusal(of: id))
            }
        }
        return (records, nil)
    }

    /// The newest of them.
    private func matching(
        _ filter: RunFilter, limit: Int, from start: String?, in context: APIContext
    ) async throws -> (records: [RunRecord], next: String?) {
        var (records, cursor) = ([RunRecord](), start)
        repeat {
            let page = try await runs.runs(
                in: context.tenant, matching: filter,
                page: PageRequest(limit: min(limit - records.count, PageRequest.largest), cursor: cursor))
            records += page.items
            cursor = page.next
        } while cursor != nil && records.count < limit
        return (records, cursor)
    }

    @Sendable private func deadLetters(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: RunFilter.parameters.filter { $0 != "status" } + ["limit", "cursor"])
        var filter = query.runFilter()
        let page = query.page()
        try query.check()
        filter.isDeadLetter = true
        let found = try await runs.runs(in: context.tenant, matching: filter, page: page)
        return Response(found.json { .object($0.json) })
    }

    @Sendable private func dismiss(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.json(limit: limits.body)
        var members = try MemberReader(body: body, known: RunChoice.members)
        let choice = RunChoice(&members)
        try members.check()
        let (ids, next): ([RunID], String?)
        switch choice.which {
        case .named(let named): (ids, next) = (named, nil)
        case .matching(var filter, let limit, let cursor):
            (filter.statuses, filter.isDeadLetter) = ([], true)
            let found = try await matching(filter, limit: limit, from: cursor, in: context)
            (ids, next) = (found.records.map(\.id), found.next)
        }
        let dismissed = try await runs.dismiss(ids, in: context.tenant, at: clock.now)
        Self.tell(dismissed.map { .string($0.description) }, of: "dismissed", context)
        return Response(
            .object(Self.answer(["dismissed": .array(dismissed.map { .string($0.description) })], next: next)))
    }
}

extension APIError {
    /// As one of many answers in a list.
    fileprivate func refusal(of run: RunID) -> JSON {
        ["run_id": .string(run.description), "code": .string(code.rawValue), "message": .string(message)]
    }
}
