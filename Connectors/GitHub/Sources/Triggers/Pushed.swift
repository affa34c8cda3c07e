import ConnectorSDK
import PatchbayJSON

struct Pushed: RepositoryTrigger {
    static let event = "push"
    static let title = "Pushed"
    static let summary = "Starts with each push to a repository, as soon as GitHub tells of it."
    static let documentation: String? = "https://docs.github.com/webhooks/webhook-events-and-payloads#push"
    static let examples = [
        Example("To one branch", input: ["owner": "octo-org", "repo": "octo-repo", "branch": "main"])
    ]

    struct Config: Fields, RepositoryNaming {
        @Field("Account that the repository belongs to.", .length(1...100), example: "octo-org") var owner: String
        @Field("Name of the repository, without the owner.", .length(1...100), example: "octo-repo") var repo: String
        @Field("Only pushes to this branch; else all, to tags too.", .length(1...255), example: "main")
        var branch: String?
    }
    struct Event: Fields {
        @Field("What was pushed to: `refs/heads/main`.") var ref: String
        @Field("The branch; absent for a tag.") var branch: String?
        @Field("The tag; absent for a branch.") var tag: String?
        @Field("Its last commit before; zeros when it is new.") var before: String
        @Field("Its last commit now; zeros when it is gone.") var after: String
        @Field("Whether it is new.") var created: Bool
        @Field("Whether it was deleted.") var deleted: Bool
        @Field("Whether its history was replaced.") var forced: Bool
        @Field("A page with the changes.", .format("uri")) var compare: String?
        @Field("The commits, oldest first; GitHub tells 2,048 at most.") var commits: [PushedCommit]
        @Field("Name of who pushed.") var pusher: String?
        @Field("Where it was pushed to.") var repository: HookRepository
        @Field("Login of who pushed.") var sender: String?
    }

    func receive(
        _ delivery: WebhookDelivery, for config: Config, secret: String, in context: Context
    ) async throws -> WebhookVerdict<Event> {
        let came = HookDelivery(delivery, secret: secret, event: Self.event, action: nil)
        if case .payload(let payload, _) = came, let branch = config.branch,
            payload["ref"]?.string != "refs/heads/\(branch)"
        {
            return .ignored("another branch")
        }
        return try came.verdict(Self.event)
    }

    private static func event(_ payload: JSON) throws(ConnectorError) -> Event {
        guard let ref = payload["ref"]?.string, let before = payload["before"]?.string,
            let after = payload["after"]?.string
        else { throw ConnectorError(.upstream, "the payload is no push", effect: .none) }
        let repository = try HookRepository(of: payload)
        func name(behind prefix: String) -> String? {
            ref.hasPrefix(prefix) ? String(ref.dropFirst(prefix.count)) : nil
        }
        return Event {
            $0.ref = ref
            $0.branch = name(behind: "refs/heads/")
            $0.tag = name(behind: "refs/tags/")
            $0.before = before
            $0.after = after
            $0.created = payload["created"]?.bool ?? false
            $0.deleted = payload["deleted"]?.bool ?? false
            $0.forced = payload["forced"]?.bool ?? false
            $0.compare = payload["compare"]?.string
            $0.commits = (payload["commits"]?.array ?? []).map(PushedCommit.init)
            $0.pusher = payload["pusher"]?["name"]?.string
            $0.repository = repository
            $0.sender = payload["sender"]?["login"]?.string
        }
    }
}
