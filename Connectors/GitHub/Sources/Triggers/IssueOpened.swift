import ConnectorSDK
import PatchbayJSON

struct IssueOpened: RepositoryTrigger {
    static let event = "issues"
    static let title = "Issue opened"
    static let summary = "Starts with each issue that is opened in a repository, as soon as GitHub tells of it."
    static let documentation: String? = "https://docs.github.com/webhooks/webhook-events-and-payloads#issues"
    static let examples = [Example("Of one repository", input: ["owner": "octo-org", "repo": "octo-repo"])]

    typealias Config = RepositoryConfig
    struct Event: Fields {
        @Field("The issue.") var issue: Issue
        @Field("Where it was opened.") var repository: HookRepository
        @Field("Login of who opened it.") var sender: String?
    }

    func receive(
        _ delivery: WebhookDelivery, for config: Config, secret: String, in context: Context
    ) async throws -> WebhookVerdict<Event> {
        try HookDelivery(delivery, secret: secret, event: Self.event, action: "opened").verdict { payload in
            let issue = try Issue(payload["issue"] ?? .null)
            let repository = try HookRepository(of: payload)
            return Event {
                $0.issue = issue
                $0.repository = repository
                $0.sender = payload["sender"]?["login"]?.string
            }
        }
    }
}
