import ConnectorSDK
import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

/// GitHub's webhooks of one repository, kept in memory.
private final class Hooks: Sendable {
    private let hooks = Mutex<[(id: Int64, body: JSON)]>([])

    var all: [(id: Int64, body: JSON)] { hooks.withLock { $0 } }

    @Sendable func answer(_ request: RecordingServer.Request) -> RecordingServer.Answer {
        let place = "/repos/octo-org/octo-repo/hooks"
        return hooks.withLock { hooks in
            func json(_ hook: (id: Int64, body: JSON)) -> JSON {
                let config = (hook.body["config"] ?? [:]).changing("secret", to: "********")
                return ["id": .int(hook.id), "type": "Repository", "active": true, "config": config]
            }
            let id = Int64(request.path.split(separator: "/").last ?? "")
            let index = hooks.firstIndex { $0.id == id }
            switch request.method {
            case "GET" where request.path == place: return .json(200, .array(hooks.map(json)))
            case "POST" where request.path == place:
                hooks.append((Int64(hooks.count) + 12_345_678, request.json))
                return .json(201, json(hooks[hooks.count - 1]))
            case "PATCH":
                guard let index else { break }
                hooks[index].body = request.json
                return .json(200, json(hooks[index]))
            case "DELETE":
                guard let index else { break }
                hooks.remove(at: index)
                return .reply(204, [], [])
            default: break
            }
            return .json(404, ["message": "Not Found", "status": "404"])
        }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct GitHubHooksTests {
    private let config: JSON = ["owner": "octo-org", "repo": "octo-repo"]
    private let url: JSON = "https://patchbay.example/webhook/wh_0123456789abcdefghjkmnpqrs"

    @Test(arguments: [("issue_opened", "issues"), ("pull_request_opened", "pull_request"), ("pushed", "push")])
    func `a trigger makes one hook however often it is asked, and removes it`(trigger: String, event: String)
        async throws
    {
        let hooks = Hooks()
        let server = RecordingServer(hooks.answer)
        defer { server.stop() }
        let github = try await ConnectorBench.shared.value.caller(
            "github", settings: ["base_url": .string(server.address)], credential: .bearer("github_pat_secret"))
        var input: JSONObject = ["config": config, "callback_url": url, "secret": "one"]
        let first = try await github.call(trigger + "_subscribe", .object(input))
        #expect(first["id"] == "12345678")
        input["secret"] = "two"
        #expect(try await github.call(trigger + "_subscribe", .object(input))["id"] == "12345678")
        #expect(hooks.all.count == 1)
        #expect(hooks.all.first?.body["events"] == [.string(event)])
        #expect(hooks.all.first?.body["config"]?["secret"] == "two")
        #expect(hooks.all.first?.body["config"]?["content_type"] == "json")

        let end: JSONObject = ["config": config, "callback_url": url]
        var other = end
        other["callback_url"] = "https://patchbay.example/webhook/wh_other"
        _ = try await github.call(trigger + "_unsubscribe", .object(other))
        #expect(hooks.all.count == 1)
        // Nobody knows whether there is one, and then it is gone already.
        _ = try await github.call(trigger + "_unsubscribe", .object(end))
        #expect(hooks.all.isEmpty)
        var known = end
        known["id"] = "12345678"
        _ = try await github.call(trigger + "_unsubscribe", .object(known))

        #expect(server.requests.map(\.method) == ["GET", "POST", "GET", "PATCH", "GET", "GET", "DELETE", "DELETE"])
        expectFine(server.requests, for: "github")
    }

    @Test func `what GitHub refuses is told`() async throws {
        let server = RecordingServer { request in
            request.method == "GET"
                ? .json(200, [])
                : .json(
                    422,
                    [
                        "message": "Validation Failed",
                        "errors": [["resource": "Hook", "code": "custom", "message": "url is not supported"]],
                    ])
        }
        defer { server.stop() }
        let github = try await ConnectorBench.shared.value.caller(
            "github", settings: ["base_url": .string(server.address)], credential: .bearer("x"))
        let failure = await github.failure(
            "pushed_subscribe", ["config": config, "callback_url": "https://localhost/webhook/a", "secret": "s"])
        #expect(failure?.code == .invalidInput)
        #expect(failure?.message.contains("url is not supported") == true)
    }

    @Test func `deliveries are read by the operation, through the loaded library`() async throws {
        let github = try await ConnectorBench.shared.value.caller("github", settings: [:], credential: nil)
        let payload: JSON = [
            "ref": "refs/heads/main", "before": "a", "after": "b", "created": false, "deleted": false, "forced": true,
            "commits": [["id": "b", "message": "m", "modified": ["README.md"]]],
            "repository": [
                "full_name": "octo-org/octo-repo", "name": "octo-repo", "owner": ["name": "octo-org"],
                "html_url": "https://github.com/octo-org/octo-repo", "private": true,
            ], "sender": ["login": "octocat"],
        ]
        let body = payload.bytes()
        let digits = WebhookSignature.hmacSHA256(body, secret: "s").map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        func receive(_ event: String, _ trigger: String, branch: JSON? = nil) async throws -> JSON {
            var config = config.object ?? [:]
            config["branch"] = branch
            let headers: JSON = [
                "x-hub-signature-256": .string("sha256=" + digits), "x-github-event": .string(event),
                "x-github-delivery": "d-1",
            ]
            return try await github.call(
                trigger,
                [
                    "config": .object(config), "secret": "s",
                    "delivery": ["method": "POST", "headers": headers, "body": Bytes(body).json ?? .null],
                ])
        }
        let pushed = try await receive("push", "pushed", branch: "main")
        #expect(pushed["verdict"] == "events")
        #expect(pushed["events"]?[0]?["id"] == "d-1")
        #expect(pushed["events"]?[0]?["data"]?["branch"] == "main")
        #expect(pushed["events"]?[0]?["data"]?["commits"]?[0]?["modified"] == ["README.md"])
        #expect(pushed["events"]?[0]?["data"]?["repository"]?["owner"] == "octo-org")
        #expect(try await receive("push", "pushed", branch: "dev")["reason"] == "another branch")
        #expect(try await receive("ping", "issue_opened")["verdict"] == "ignored")
        // Signed, and no issue.
        #expect(try await receive("issues", "issue_opened")["reason"] == "another action than opened")
    }
}
