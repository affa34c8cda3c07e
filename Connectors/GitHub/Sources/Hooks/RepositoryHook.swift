import ConnectorSDK
import PatchbayJSON

/// A webhook of a repository (https://docs.github.com/rest/repos/webhooks).
struct RepositoryHook {
    /// Hooks that are looked through for ours, in pages of 100; GitHub lets a repository have 20 for each event.
    private static let mostPages = 10

    let place: RepositoryPlace
    /// What it is called for: `issues`, `push`, …
    let event: String

    /// Makes it; one that calls the same address already is brought to this secret and event.
    func subscribe(at callback: WebhookCallback, in context: Context) async throws -> WebhookSubscription {
        let api = try GitHubAPI(context)
        var body: JSONObject = [
            "config": [
                "url": .string(callback.url), "content_type": "json", "secret": .string(callback.secret),
                "insecure_ssl": "0",
            ],
            "events": [.string(event)], "active": true,
        ]
        let pointers = ["url": "/callback_url", "hook": "/callback_url"]
        if let known = try await hooks(calling: callback.url, api).first {
            _ = try await api.patch(address(of: known, api), body, pointers: pointers)
            return WebhookSubscription(known)
        }
        body["name"] = "web"
        let hook = try await api.post(api.address(of: place.owner, place.repo, "hooks"), body, pointers: pointers)
        guard let id = hook["id"]?.int else {
            throw ConnectorError(.upstream, "GitHub made a webhook without telling its id.", effect: .applied)
        }
        return WebhookSubscription(String(id))
    }

    func unsubscribe(from subscription: WebhookSubscription?, at url: String, in context: Context) async throws {
        let api = try GitHubAPI(context)
        var ids = [String]()
        if let subscription {
            ids = [subscription.id]
        } else {
            do {
                ids = try await hooks(calling: url, api)
            } catch let error as ConnectorError where error.httpStatus == 404 {
                // There is no such repository any more.
            }
        }
        for id in ids { try await api.delete(address(of: id, api)) }
    }

    private func address(of id: String, _ api: GitHubAPI) throws(ConnectorError) -> String {
        try api.address(of: place.owner, place.repo, "hooks", id)
    }

    /// Ids of those that call an address.
    private func hooks(calling url: String, _ api: GitHubAPI) async throws -> [String] {
        let address = try api.address(of: place.owner, place.repo, "hooks")
        var query: [(String, String?)] = [("per_page", "100")]
        var found: [String] = []
        for _ in 0..<Self.mostPages {
            let response = try await api.get(address, query: query)
            guard let hooks = try response.json().array else {
                throw ConnectorError(.upstream, "GitHub's answer is no list of webhooks.", effect: .none)
            }
            for hook in hooks where hook["config"]?["url"]?.string == url {
                if let id = hook["id"]?.int { found.append(String(id)) }
            }
            guard let next = response.link("next") else { return found }
            query = queryItems(of: next)
        }
        return found
    }
}

/// The repository that a trigger is about.
struct RepositoryPlace {
    let owner: String
    let repo: String
}
