import DatabaseFixture
import FoundationEssentials
import HostFixture
import PatchbayJSON
import PatchbaySecurity
import Testing

/// Webhooks that a connector subscribes, with the built host and a stand-in of GitHub.
@Suite(.serialized, .database, .timeLimit(.minutes(5))) struct ConnectorWebhookTests {
    /// All hosts read each other's credentials.
    private static let outside = [
        "PATCHBAY_PUBLIC_URL": "https://patchbay.example",
        "PATCHBAY_MASTER_KEY": Array(repeating: "a1b2c3d4", count: 8).joined(),
    ]

    private static func workflow(_ repo: String) -> JSON {
        [
            "name": "triage",
            "nodes": [
                [
                    "id": "opened", "type": "webhook", "uses": "github@1.0.0/issue_opened", "credential": "octo",
                    "config": ["input": ["owner": "Codertocat", "repo": .string(repo)]],
                ],
                [
                    "id": "note", "type": "set",
                    "config": [
                        "values": [
                            "number": "{{ trigger.body.issue.number }}", "title": "{{ trigger.body.issue.title }}",
                            "repository": "{{ trigger.body.repository.full_name }}", "by": "{{ trigger.body.sender }}",
                        ]
                    ],
                ],
            ],
            "edges": [["source": "opened", "target": "note"]],
        ]
    }

    /// GitHub's own example where it is there, else one like it.
    private static func payload(_ hosts: PollingHosts) async throws -> [UInt8] {
        if GitHubPayloads.areThere {
            let all = try await GitHubPayloads.all(in: hosts.installation.folder)
            if let own = all.first(where: { $0.name == "api.github.com/issues/opened.payload.json" }) {
                return own.body
            }
        }
        let issue: JSON = [
            "number": 1, "title": "Spelling error in the README file", "state": "open",
            "html_url": "https://github.com/Codertocat/Hello-World/issues/1",
        ]
        return
            ([
                "action": "opened", "issue": issue,
                "repository": ["full_name": "Codertocat/Hello-World", "name": "Hello-World"],
                "sender": ["login": "Codertocat"],
            ] as JSON).bytes()
    }

    private static func prepare(_ host: RunningHost, gitHub: String) async throws {
        for (method, path, body) in [
            (
                "POST", "/credentials",
                ["name": "octo", "kind": "bearer", "fields": ["token": .string(StandInGitHub.token)]]
            ), ("PUT", "/connectors/github/settings", ["base_url": .string(gitHub)]),
        ] as [(String, String, JSON)] {
            let answer = try await host.send(method, "/api/v1" + path, body)
            guard (200..<300).contains(answer.status) else { throw SystemTestError(answer.text) }
        }
    }

    private static func save(_ workflow: JSON, on host: RunningHost) async throws -> String {
        let saved = try await host.send("POST", "/api/v1/workflows", workflow)
        guard let id = saved.body["id"]?.string else { throw SystemTestError(saved.text) }
        return id
    }

    private static func webhooks(on host: RunningHost) async throws -> [JSON] {
        try await host.send("GET", "/api/v1/webhooks").body["items"]?.array ?? []
    }

    private static func isSubscribed(on host: RunningHost) async throws -> Bool {
        try await webhooks(on: host).first?["subscription"]?["state"] == "subscribed"
    }

    @Test func `an active workflow has one hook at GitHub, whose deliveries start runs with what they mean`()
        async throws
    {
        let gitHub = StandInGitHub()
        try await gitHub.listen { address in
            try await PollingHosts.with(["github"]) { hosts in
                let host = try await hosts.start("one", adding: Self.outside)
                try await Self.prepare(host, gitHub: address)
                let workflow = try await Self.save(Self.workflow("Hello-World"), on: host)
                try await hosts.until("the hook") { try await Self.isSubscribed(on: host) }
                let hook = try #require(gitHub.hooks.first)
                #expect(gitHub.hooks.count == 1 && hook.repository == "Codertocat/Hello-World")
                #expect(hook.body["events"] == ["issues"] && hook.secret.utf8.count == 64)

                let body = try await Self.payload(hosts)
                let sender = try WebhookSender(.github, secret: hook.secret)
                sender.aim(at: host.url)
                let event = [(name: "X-GitHub-Event", value: "issues")]
                let taken = try await sender.send(hook.path, body, id: "d-1", headers: event)
                #expect(taken.status == 202, "\(taken.body.text)")
                let run = try await host.finished(taken.body["run_id"]?.string ?? "")
                #expect(run["status"] == "completed")
                #expect(
                    run["output"] == [
                        "number": 1, "title": "Spelling error in the README file",
                        "repository": "Codertocat/Hello-World", "by": "Codertocat",
                    ])
                let again = try await sender.send(hook.path, body, id: "d-1", headers: event)
                #expect(again.body["duplicate"] == true && again.body["run_id"] == taken.body["run_id"])
                let ping = try await sender.send(
                    hook.path, Array("{}".utf8), id: "d-2", headers: [("X-GitHub-Event", "ping")])
                #expect(ping.status == 200 && ping.body["filtered"] == true)
                let forger = try WebhookSender(.github, secret: "guess")
                forger.aim(at: host.url)
                #expect(try await forger.send(hook.path, body, id: "d-3", headers: event).status == 401)
                let webhook = try #require(try await Self.webhooks(on: host).first?["id"]?.string)
                let history =
                    try await host.send("GET", "/api/v1/webhooks/\(webhook)/events").body["items"]?.array ?? []
                #expect(
                    Set(history.compactMap { $0["verdict"]?.string })
                        == ["accepted", "duplicate", "filtered", "refused"])
                let refusal = history.first { $0["verdict"] == "refused" }
                #expect(refusal?["reason"]?.string?.hasPrefix("SIGNATURE_INVALID: the signature") == true)

                _ = try await host.send("POST", "/api/v1/workflows/\(workflow)/pause", [:])
                try await hosts.until("no hook") { gitHub.hooks.isEmpty }
                _ = try await host.send("POST", "/api/v1/workflows/\(workflow)/resume", [:])
                try await hosts.until("the hook again") { gitHub.hooks.count == 1 }
                #expect(gitHub.hooks.first?.path == hook.path)

                let changed = try await host.send("PUT", "/api/v1/workflows/\(workflow)", Self.workflow("Other"))
                #expect(changed.status == 200, "\(changed.text)")
                try await hosts.until("another hook alone") {
                    gitHub.hooks.map(\.repository) == ["Codertocat/Other"]
                }
                try await hosts.until("one endpoint") { try await Self.webhooks(on: host).count == 1 }
                #expect(try await sender.send(hook.path, body, id: "d-4", headers: event).status == 404)
                _ = try await host.send("DELETE", "/api/v1/workflows/\(workflow)")
                try await hosts.until("nothing") {
                    let left = try await hosts.number("select count(*) as n from webhook_subscriptions")
                    return gitHub.hooks.isEmpty && left == 0
                }
                let kept = try await host.send("GET", "/api/v1/credentials").body["items"]?.array ?? []
                #expect(kept.compactMap { $0["name"]?.string } == ["octo"])
            }
        }
    }

    @Test func `a host that is killed while it subscribes leaves one hook in the end`() async throws {
        let gitHub = StandInGitHub()
        try await gitHub.listen { address in
            try await PollingHosts.with(["github"]) { hosts in
                let first = try await hosts.start("one", adding: Self.outside)
                try await Self.prepare(first, gitHub: address)
                gitHub.hold()
                let workflow = try await Self.save(Self.workflow("Hello-World"), on: first)
                // It is there, and nobody has heard of that.
                try await hosts.until("the hook") { gitHub.hooks.count == 1 }
                await hosts.kill(first)
                gitHub.release()
                let second = try await hosts.start("two", adding: Self.outside)
                let left = try await Self.webhooks(on: second).first?["subscription"]
                #expect(left?["state"] == "subscribing" && left?["vendor_id"] == .null)
                // As if the time of the host that died were over.
                _ = try await hosts.number(
                    """
                    with moved as (update webhook_subscriptions set next_at = now() returning 1)
                    select count(*) as n from moved
                    """)
                try await hosts.until("the other host's hook") { try await Self.isSubscribed(on: second) }
                #expect(gitHub.hooks.count == 1 && gitHub.made == 1)
                // What the second host knows is what GitHub signs with.
                let hook = try #require(gitHub.hooks.first)
                let sender = try WebhookSender(.github, secret: hook.secret)
                sender.aim(at: second.url)
                let body = try await Self.payload(hosts)
                let taken = try await sender.send(
                    hook.path, body, id: "d-1", headers: [("X-GitHub-Event", "issues")])
                #expect(taken.status == 202, "\(taken.body.text)")
                _ = try await second.send("DELETE", "/api/v1/workflows/\(workflow)")
                try await hosts.until("no hook") { gitHub.hooks.isEmpty }
            }
        }
    }

    @Test func `what GitHub refuses is shown, and goes on when it does not any more`() async throws {
        let gitHub = StandInGitHub()
        try await gitHub.listen { address in
            try await PollingHosts.with(["github"]) { hosts in
                let host = try await hosts.start("one", adding: Self.outside)
                try await Self.prepare(host, gitHub: address)
                gitHub.refuse(with: 403)
                _ = try await Self.save(Self.workflow("Hello-World"), on: host)
                try await hosts.until("the failure") {
                    try await Self.webhooks(on: host).first?["subscription"]?["failures"]?.int ?? 0 > 0
                }
                let webhook = try #require(try await Self.webhooks(on: host).first)
                #expect(webhook["subscription"]?["error"]?["code"] == "auth_denied")
                let listed = try await hosts.installation.command(
                    ["webhook", "list", "--host", host.url], adding: hosts.settings)
                #expect(listed.output.contains("github@1.0.0/issue_opened  subscribing"), "\(listed)")
                gitHub.refuse(with: nil)
                _ = try await hosts.number(
                    """
                    with moved as (update webhook_subscriptions set next_at = now() returning 1)
                    select count(*) as n from moved
                    """)
                try await hosts.until("the hook") { try await Self.isSubscribed(on: host) }
                #expect(gitHub.hooks.count == 1)
            }
        }
    }
}
