import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// What people are asked: `/tasks`.
struct TaskRoutes {
    let tasks: any TaskStore
    let desk: TaskDesk
    let accounts: any AccountStore
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] {
        [
            Route(.get, "/tasks", list), Route(.get, "/tasks/counts", counts), Route(.get, "/tasks/:id", get),
            Route(.post, "/tasks/:id/claim", claim), Route(.post, "/tasks/:id/release", release),
            Route(.post, "/tasks/:id/comments", comment), Route(.post, "/tasks/:id/delegate", delegate),
            Route(.post, "/tasks/:id/decide", decide),
        ]
    }

    // MARK: Reading

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try Query(request, known: ["scope", "status", "workflow_id", "run_id", "limit", "cursor"])
        var filter = TaskFilter()
        let isAll = query.read("scope", expecting: "mine or all") { ["mine", "all"].contains($0) ? $0 == "all" : nil }
        let words = TaskState.Status.allCases.map(\.rawValue).joined(separator: ", ")
        filter.statuses = [query.read("status", expecting: "one of \(words)", TaskState.Status.init) ?? .open]
        filter.workflow = query.read("workflow_id", expecting: "a workflow's id") { WorkflowID($0) }
        filter.run = query.read("run_id", expecting: "a run's id") { RunID($0) }
        let page = query.page()
        try query.check()
        let actor = try await actor(request, context)
        if isAll ?? false {
            guard actor.isManager else { throw APIError.forbidden(.taskManage) }
        } else if let address = actor.address {
            filter.person = address
        } else {
            // Nobody's address: the installation's key has no tasks of its own.
            guard actor.isManager else {
                return Response(Page<TaskRecord>(items: [], next: nil).json { .object($0.json) })
            }
        }
        let found = try await tasks.tasks(in: context.tenant, matching: filter, page: page)
        return Response(found.json { .object($0.json) })
    }

    @Sendable private func counts(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        var counts = TaskCounts()
        if let address = try await actor(request, context).address {
            counts = try await tasks.counts(of: address, in: context.tenant, at: clock.now)
        }
        return Response([
            "open": .int(Int64(counts.open)), "claimed": .int(Int64(counts.claimed)),
            "due_soon": .int(Int64(counts.dueSoon)),
        ])
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        return try await answer(try await visible(context, to: try await actor(request, context)))
    }

    // MARK: Acting

    @Sendable private func claim(_ request: Request, _ context: APIContext) async throws -> Response {
        let actor = try await actor(request, context)
        return try await act(.claimed(by: actor), .claimed, actor, context)
    }

    @Sendable private func release(_ request: Request, _ context: APIContext) async throws -> Response {
        let actor = try await actor(request, context)
        return try await act(.released(by: actor), .released, actor, context)
    }

    @Sendable private func comment(_ request: Request, _ context: APIContext) async throws -> Response {
        let actor = try await actor(request, context)
        _ = try await visible(context, to: actor)
        var reader = try MemberReader(body: try await request.json(limit: limits.body), known: ["comment"])
        let text = reader.text("comment", required: true, limit: TaskChoice.longestComment) ?? ""
        try reader.check()
        return try await act(.commented(by: actor, text), .commented, actor, context, ["comment": .string(text)])
    }

    @Sendable private func delegate(_ request: Request, _ context: APIContext) async throws -> Response {
        let actor = try await actor(request, context)
        _ = try await visible(context, to: actor)
        var reader = try MemberReader(
            body: try await request.json(limit: limits.body), known: ["to", "from", "comment"])
        let to = address("to", &reader, required: true)
        let from = address("from", &reader) ?? actor.address
        let comment = reader.text("comment", limit: TaskChoice.longestComment)
        if from == nil, reader.object["from"] == nil {
            reader.report("missing-member", "the body lacks \"from\"", hint: "name who is asked now")
        }
        try reader.check()
        var data: JSONObject = ["from": .string(from ?? ""), "to": .string(to ?? "")]
        data["comment"] = comment.map { .string($0) }
        return try await act(
            .delegated(by: actor, from: from ?? "", to: to ?? ""), .delegated, actor, context, data)
    }

    private func address(_ name: String, _ reader: inout MemberReader, required: Bool = false) -> String? {
        guard let text = reader.text(name, required: required, limit: EmailAddress.longest) else { return nil }
        if let address = EmailAddress.canonical(text) { return address }
        reader.report("bad-value", at: name, "\(name.quoted) is no address", hint: "write name@example.com")
        return nil
    }

    @Sendable private func decide(_ request: Request, _ context: APIContext) async throws -> Response {
        let actor = try await actor(request, context)
        let task = try await visible(context, to: actor)
        let body = try await request.json(limit: limits.body)
        var reader = try MemberReader(body: body, known: ["decision", "comment", "form"])
        let value = reader.text("decision", required: true, limit: 64)
        let comment = reader.text("comment", limit: TaskChoice.longestComment) ?? ""
        try reader.check()
        let form = body["form"] ?? .null
        try Self.check(form, of: task.state.task)
        let choice = TaskChoice(value: value ?? "", comment: comment, form: form)
        context.audit.detail("decision", .string(choice.value))
        return try await act(
            .decided(by: actor, choice), .decided, actor, context, choice.entry(of: task.state.task).object ?? [:])
    }

    /// What comes with a decision, against the task's own schema.
    static func check(_ form: JSON, of task: HumanTask) throws {
        let problems = try TaskForm.problems(form, of: task)
        guard problems.isEmpty else { throw APIError.invalid(problems, what: "body") }
    }

    private func act(
        _ event: TaskEvent, _ kind: TaskEntry.Kind, _ actor: TaskActor, _ context: APIContext, _ data: JSONObject = [:]
    ) async throws -> Response {
        let task = try await visible(context, to: actor)
        let entry = TaskEntry(kind, at: clock.now, by: actor.json, data: .object(data))
        guard let changed = try await desk.act(event, entry, on: task.id, in: context.tenant) else {
            throw APIError.noTask(task.id.description)
        }
        return try await answer(changed)
    }

    private func answer(_ task: TaskRecord) async throws -> Response {
        Response(task.json(try await tasks.entries(of: task.id, in: task.tenant)))
    }

    // MARK: People

    /// A task of which the person may know: who is or was asked, who wants it, and who sees to everybody's.
    private func visible(_ context: APIContext, to actor: TaskActor) async throws -> TaskRecord {
        let text = context.parameter("id")
        guard let id = TaskID(text), let task = try await tasks.task(id, in: context.tenant) else {
            throw APIError.noTask(text)
        }
        let state = task.state
        let isTheirs = actor.address.map { address in
            state.people.contains(address) || state.votes.contains { $0.by == address }
                || state.task.requester == address
        }
        guard actor.isManager || isTheirs ?? false else { throw APIError.noTask(text) }
        return task
    }

    /// Who the caller is for tasks: the person of the session, or the maker of the key.
    private func actor(_ request: Request, _ context: APIContext) async throws -> TaskActor {
        var address = context.session?.account.email
        if address == nil, let account = context.caller.account {
            address = try await accounts.signIn(account)?.account.email
        }
        return TaskActor(
            address: address, name: context.actor.name,
            isManager: context.caller.permissions.contains(.taskManage), way: .api, origin: context.address,
            agent: request.headers[.userAgent] ?? "")
    }
}
