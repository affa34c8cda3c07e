import ConnectorSDK
import PatchbayJSON

struct IssueOpened: WebhookTrigger {
    static let title = "Issue opened"
    static let summary = "Starts with each issue that is opened in a repository, as soon as GitHub tells of it."
    static let documentation: String? = "https://docs.github.com/webhooks/webhook-events-and-payloads#issues"
    static let examples = [Example("Of one repository", input: ["owner": "octo-org", "repo": "octo-repo"])]

    struct Config: Fields {
        @Field("Account that the repository belongs to.", .length(1...100), example: "octo-org") var owner: String
        @Field("Name of the repository, without the owner.", .length(1...100), example: "octo-repo") var repo: String
    }
    struct Event: Fields {
        @Field("The issue.") var issue: Issue
        @Field("Where it was opened.") var repository: HookRepository
        @Field("Login of who opened it.") var sender: String?
    }

    func subscribe(
        _ config: Config, at callback: WebhookCallback, in context: Context
    ) async throws -> WebhookSubscription {
        try await hook(config).subscribe(at: callback, in: context)
    }

    func unsubscribe(
        _ config: Config, at url: String, from subscription: WebhookSubscription?, in context: Context
    ) async throws {
        try await hook(config).unsubscribe(from: subscription, at: url, in: context)
    }

    func receive(
        _ delivery: WebhookDelivery, for config: Config, secret: String, in context: Context
    ) async throws -> WebhookVerdict<Event> {
        try HookDelivery(delivery, secret: secret, event: "issues", action: "opened").verdict { payload in
            let issue = try Issue(payload["issue"] ?? .null)
            let repository = try HookRepository(of: payload)
            return Event {
                $0.issue = issue
                $0.repository = repository
                $0.sender = payload["sender"]?["login"]?.string
            }
        }
    }

    private func hook(_ config: Config) -> RepositoryHook {
        RepositoryHook(place: RepositoryPlace(owner: config.owner, repo: config.repo), event: "issues")
    }
}
