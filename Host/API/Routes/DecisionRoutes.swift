import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

/// Where the links of letters lead: `/decide`. Reading the page does nothing, since programs that look through letters open
/// every link; what is sent from it decides. The link is the proof of who it is: it went to that person's address.
struct DecisionRoutes {
    let tasks: any TaskStore
    let desk: TaskDesk
    let key: SealingKey
    let audit: any AuditLog
    let limiter: RateLimiter
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] { [Route(.get, "/decide", show), Route(.post, "/decide", decide)] }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        try await limiter.admit(context.rateKey(.api), noting: context.rates)
        let fields = FormFields(request.uri.query ?? "")?.fields ?? []
        guard let (link, task) = try await task(fields) else { return Self.unknown }
        if let over = Self.over(task, link) { return over }
        return DecisionPage.response(
            task, token: Self.field("token", fields) ?? "", chosen: Self.field("decision", fields))
    }

    @Sendable private func decide(_ request: Request, _ context: APIContext) async throws -> Response {
        try await limiter.admit(context.rateKey(.api), noting: context.rates)
        let text = String(decoding: try await request.bytes(limit: limits.body), as: UTF8.self)
        let fields = FormFields(text)?.fields ?? []
        guard let (link, task) = try await task(fields), let person = link.person else { return Self.unknown }
        if let over = Self.over(task, link) { return over }
        let token = Self.field("token", fields) ?? ""
        let comment = Self.field("comment", fields) ?? ""
        guard comment.unicodeScalars.count <= TaskChoice.longestComment else {
            return DecisionPage.response(task, token: token, chosen: nil, problem: "The comment is too long.")
        }
        let form = DecisionPage.form(fields, of: task.state.task.form)
        do {
            try TaskRoutes.check(form, of: task.state.task)
        } catch let error as APIError {
            return DecisionPage.response(task, token: token, chosen: nil, problem: error.message)
        }
        let actor = TaskActor(
            address: person, name: person, way: .mail, origin: context.address,
            agent: request.headers[.userAgent] ?? "")
        let choice = TaskChoice(
            value: Self.field("decision", fields) ?? "", comment: comment, form: form, link: link.nonce)
        let entry = TaskEntry(
            .decided, at: clock.now, by: actor.json, data: choice.entry(of: task.state.task))
        let changed: TaskRecord?
        do {
            changed = try await desk.act(.decided(by: actor, choice), entry, on: task.id, in: task.tenant)
        } catch let refusal as TaskRefusal {
            return Self.refused(refusal, task, token)
        }
        guard let changed else { return Self.unknown }
        try await audit.append([
            AuditEvent(
                .taskDecided, by: .nobody, in: task.tenant, at: clock.now,
                on: AuditEvent.Resource("task", task.id.description), from: context.origin(of: request),
                details: [
                    "decision": .string(choice.value), "via": "mail", "address": .string(person),
                ])
        ])
        let label = task.state.task.option(choice.value)?.label ?? choice.value
        return DecisionPage.message(
            "Thank you", "\(label): \(changed.state.task.title). You can close this page.")
    }

    private func task(_ fields: [(name: String, value: String)]) async throws -> (TaskLink, TaskRecord)? {
        guard let token = Self.field("token", fields), let link = TaskLink(token, under: key, at: clock.now),
            let task = try await tasks.task(link.task, in: link.tenant)
        else { return nil }
        return (link, task)
    }

    private static func field(_ name: String, _ fields: [(name: String, value: String)]) -> String? {
        fields.first { $0.name == name }?.value
    }

    private static let unknown = DecisionPage.message(
        "This link opens nothing", "It has expired, or it is not whole. Ask whoever sent it for another.", .notFound)

    /// What there is to say when nothing is to be decided by this person any more.
    private static func over(_ task: TaskRecord, _ link: TaskLink) -> Response? {
        let state = task.state
        if let person = link.person, state.votes.contains(where: { $0.by == person }) {
            return DecisionPage.message(state.task.title, "You have decided. Nothing more is needed of you.", .conflict)
        }
        guard state.status == .open else {
            return DecisionPage.message(
                state.task.title, "This is over: its status is \(state.status.rawValue).", .conflict)
        }
        return nil
    }

    private static func refused(_ refusal: TaskRefusal, _ task: TaskRecord, _ token: String) -> Response {
        switch refusal {
        case .unknownOption:
            DecisionPage.response(task, token: token, chosen: nil, problem: "Choose one of the buttons.")
        case .linkUsed: DecisionPage.message(task.state.task.title, "The link was used before.", .conflict)
        default: DecisionPage.message(task.state.task.title, APIError(refusal).message, .conflict)
        }
    }
}
