import ConnectorSDK
import PatchbayJSON
import Testing

@testable import GitHubConnector

@Suite struct HookDeliveryTests {
    /// GitHub's own example (https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries).
    @Test func `GitHub's example of a signature proves itself, and no other does`() {
        let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        func verdict(_ header: String?, _ body: String = "Hello, World!", event: String = "push") -> HookDelivery {
            var headers = ["x-github-event": event, "x-github-delivery": "d-1"]
            headers["x-hub-signature-256"] = header
            return HookDelivery(
                WebhookDelivery(headers: headers, body: Array(body.utf8)), secret: "It's a Secret to Everybody",
                event: "push", action: nil)
        }
        // It is right, and no JSON.
        #expect(verdict("sha256=" + signature) == .refused("the body is no JSON object"))
        #expect(verdict("sha256=" + signature, event: "ping") == .ignored("ping"))
        #expect(verdict("sha256=" + signature, event: "star") == .ignored("another event than push"))
        for header in [signature, "sha256=", "sha1=" + signature, "sha256=0" + signature.dropFirst(), nil] {
            guard case .refused = verdict(header, event: "ping") else {
                Issue.record("\(header ?? "no header") was taken")
                continue
            }
        }
        guard case .refused = verdict("sha256=" + signature, "Hello, World?", event: "ping") else {
            Issue.record("another body was taken")
            return
        }
    }

    @Test func `pull requests and pushes are read as GitHub writes them`() throws {
        let pull = try OpenedPullRequest([
            "number": 2, "title": "t", "state": "open", "html_url": "u", "draft": true, "body": nil,
            "user": ["login": "octocat"], "head": ["ref": "changes", "sha": "ec26", "repo": nil],
            "base": ["ref": "master"], "labels": [["name": "bug"]], "assignees": [["login": "ada"]],
        ])
        #expect(pull.head == "changes" && pull.headSha == "ec26" && pull.base == "master")
        #expect(pull.headRepository == nil && pull.draft && pull.labels == ["bug"])
        #expect(throws: ConnectorError.self) { try OpenedPullRequest(["number": 2]) }
        let commit = PushedCommit(["id": "1", "message": "m", "author": ["name": "Ada"], "added": ["a"]])
        #expect(commit.author == "Ada" && commit.added == ["a"] && commit.modified == [])
    }
}
