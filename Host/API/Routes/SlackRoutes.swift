import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity

/// Where Slack tells that somebody has pressed a button: `/slack/interactions`, the *Request URL* of a Slack app's
/// *Interactivity*. Any number of workspaces and tenants have this one address: a button carries sealed whose task it is about,
/// and the task names the signing secret that proves that the press comes from Slack.
struct SlackRoutes {
    let tasks: any TaskStore
    let desk: TaskDesk
    let secrets: any CredentialSource
    let people: SlackPeople
    let notices: any NoticeStore
    let key: SealingKey
    let audit: any AuditLog
    let limiter: RateLimiter
    let clock: any TimeSource
    let limits: APILimits

    var routes: [Route] { [Route(.post, "/slack/interactions", take)] }

    @Sendable private func take(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.bytes(limit: limits.body)
        guard let interaction = SlackInteraction(body), let (link, task) = try await known(interaction),
            let place = task.state.task.slack
        else {
            try await limiter.admit(context.rateKey(.webhook), noting: context.rates)
            throw Self.unknown
        }
        try await limiter.admit(RateKey(.webhook, tenant: task.tenant), noting: context.rates)
        try await verify(body, request, by: place, of: task)
        if let content = try await outcome(of: interaction, link, task, place, request, context),
            let url = interaction.responseURL
        {
            let answer = SlackAnswer(content, to: url, about: task)
            try await notices.put([answer.notice(of: interaction.press)], in: task.tenant, at: clock.now)
        }
        return Response(status: .ok)
    }

    private static let unknown = APIError(
        .signatureInvalid, "This is no press of a button of this installation, so there is nothing to verify it by.")

    /// Also what has expired: it is still known by whom it is verified.
    private func known(_ interaction: SlackInteraction) async throws -> (TaskLink, TaskRecord)? {
        guard let link = TaskLink(interaction.token, under: key, at: Timestamp(milliseconds: 0)),
            let task = try await tasks.task(link.task, in: link.tenant)
        else { return nil }
        return (link, task)
    }

    /// Throws when it does not come from Slack, or not now.
    private func verify(
        _ body: [UInt8], _ request: Request, by place: SlackPlace, of task: TaskRecord
    ) async throws {
        let purpose = CredentialPurpose.delivery(task.workflow, node: task.node)
        let grant = try await secrets.grant(named: place.secret, in: task.tenant, for: purpose)
        var secret: [Secret] = []
        if let grant, grant.record.kind == .secret, let value = grant.fields[CredentialKind.secret.fields[0]] {
            secret = [value]
        }
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { $0 + ", " + field.value } ?? field.value
        }
        let signed = SignedDelivery(headers: headers, body: body)
        let refusal = WebhookVerification.refusal(scheme: .slack, secrets: secret, of: signed, now: clock.now)
        if let refusal { throw APIError(refusal) }
    }

    /// What is to be said to whoever has pressed; nil: nothing, since the message shows it.
    private func outcome(
        of interaction: SlackInteraction, _ link: TaskLink, _ task: TaskRecord, _ place: SlackPlace,
        _ request: Request, _ context: APIContext
    ) async throws -> SlackAnswer.Content? {
        let human = task.state.task
        let isPage = interaction.action == SlackTaskContent.page
        let option = SlackTaskContent.option(ofAction: interaction.action)
        guard isPage || option.map({ human.option($0) != nil }) ?? false else {
            return .text("This button is none that can be decided with.")
        }
        guard task.state.status == .open, link.expiresAt > clock.now else {
            let status = task.state.status == .open ? TaskState.Status.expired : task.state.status
            return .text(APIError(.closed(status)).message)
        }
        let person: String
        do {
            person = try await people.address(of: interaction.user, by: place.credential, in: task.tenant)
        } catch let stranger as SlackStranger {
            return .text(stranger.description)
        } catch is NoticeFailure {
            return .text("Slack did not say in time who you are, so nothing is decided. Press it again.")
        }
        guard let option, try !isPage && TaskForm.problems(.null, of: human).isEmpty else {
            return task.state.outstanding.contains(person) ? .page(person) : .text(refusal(of: person, task).message)
        }
        return try await decide(option, person, interaction, task, request, context)
    }

    /// Why there is no page for somebody.
    private func refusal(of person: String, _ task: TaskRecord) -> APIError {
        let hasDecided = task.state.votes.contains { $0.by == person }
        return APIError(hasDecided ? TaskRefusal.alreadyDecided : .notAsked)
    }

    private func decide(
        _ option: String, _ person: String, _ interaction: SlackInteraction, _ task: TaskRecord,
        _ request: Request, _ context: APIContext
    ) async throws -> SlackAnswer.Content? {
        let actor = TaskActor(
            address: person, name: "slack:\(interaction.user)", way: .slack, origin: context.address,
            agent: request.headers[.userAgent] ?? "")
        let choice = TaskChoice(value: option, link: "slack:\(interaction.press)")
        let entry = TaskEntry(.decided, at: clock.now, by: actor.json, data: choice.entry(of: task.state.task))
        do {
            guard try await desk.act(.decided(by: actor, choice), entry, on: task.id, in: task.tenant) != nil else {
                return nil
            }
        } catch let refusal as TaskRefusal {
            return .text(APIError(refusal).message)
        }
        try await audit.append([
            AuditEvent(
                .taskDecided, by: .nobody, in: task.tenant, at: clock.now,
                on: AuditEvent.Resource("task", task.id.description), from: context.origin(of: request),
                details: [
                    "decision": .string(choice.value), "via": "slack", "address": .string(person),
                    "slack_user": .string(interaction.user),
                ])
        ])
        return nil
    }
}
