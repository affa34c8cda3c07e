import ConnectorSDK
import PatchbayJSON

/// A trigger by a webhook of one repository.
protocol RepositoryTrigger: WebhookTrigger where Config: RepositoryNaming {
    /// GitHub's name of what is sent (https://docs.github.com/webhooks/webhook-events-and-payloads).
    static var event: String { get }
}

/// A configuration that names a repository.
protocol RepositoryNaming {
    var owner: String { get }
    var repo: String { get }
}

struct RepositoryConfig: Fields, RepositoryNaming {
    @Field("Account that the repository belongs to.", .length(1...100), example: "octo-org") var owner: String
    @Field("Name of the repository, without the owner.", .length(1...100), example: "octo-repo") var repo: String
}

extension RepositoryTrigger {
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

    private func hook(_ config: Config) -> RepositoryHook {
        RepositoryHook(place: RepositoryPlace(owner: config.owner, repo: config.repo), event: Self.event)
    }
}
