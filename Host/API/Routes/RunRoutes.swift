import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// Runs, under `/runs` and, as the same things, under `/executions`.
struct RunRoutes {
    let runs: any RunStore
    let deliveries: any DeliveryStore
    let signals: RunSignals
    let clock: any TimeSource

    var routes: [Route] {
        ["/runs", "/executions"].flatMap { path in
            [
                Route(.get, path, list), Route(.get, path + "/:id", get), Route(.get, path + "/:id/steps", steps),
                Route(.get, path + "/:id/logs", logs), Route(.post, path + "/:id/cancel", cancel),
            ]
        }
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: RunFilter.parameters + ["limit", "cursor"])
        let filter = query.runFilter()
        let page = query.page()
        try query.check()
        try context.checkReach(filter.workflow)
        let found = try await runs.runs(in: context.tenant, matching: filter, page: page)
        return Response(found.json { .object($0.json) })
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let record = try await run(in: context)
        let entries = try await runs.entries(of: record.id, in: context.tenant)
        return Response(record.json(RunView(entries)))
    }

    @Sendable private func steps(_ request: Request, _ context: APIContext) async throws -> Response {
        let record = try await run(in: context)
        let entries = try await runs.entries(of: record.id, in: context.tenant)
        return Response(["items": .array(RunView(entries).steps.map(\.json)), "next_cursor": .null])
    }

    @Sendable private func logs(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["limit", "cursor"])
        let page = query.page()
        try query.check()
        let record = try await run(in: context)
        return Response(try await runs.log(of: record.id, in: context.tenant, page: page).json(\.json))
    }

    /// 202: the run ends soon, together with the calls in flight.
    @Sendable private func cancel(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.runID()
        guard try await runs.requestCancel(id, in: context.tenant, at: clock.now) else {
            guard let record = try await runs.run(id, in: context.tenant) else { throw APIError.noRun(id) }
            throw APIError.finished(record)
        }
        signals.cancelRequested(id)
        return Response(.object(try await run(in: context).json), status: .accepted)
    }

    private func run(in context: APIContext) async throws -> RunRecord {
        let id = try context.runID()
        if let record = try await runs.run(id, in: context.tenant) { return record }
        // Whoever delivered to a webhook knows its run before that is started.
        if let promised = try await deliveries.promised(id, in: context.tenant) { return promised }
        // It may have been started in between.
        guard let record = try await runs.run(id, in: context.tenant) else { throw APIError.noRun(id) }
        return record
    }
}
