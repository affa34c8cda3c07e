import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SlackRequestsTests {
    @Test func `every action sends what Slack describes, with the token attached`() async throws {
        let server = RecordingServer(SlackVendor.answer)
        defer { server.stop() }
        let slack = try await ConnectorBench.shared.value.caller(
            "slack", settings: ["base_url": .string(server.address + "/api")], credential: .bearer("xoxb-1-secret"))

        let sent = try await slack.call(
            "send_message",
            [
                "channel": "#deployments", "text": "Grüße ✅ <https://a.example|here>", "thread_ts": "1503435956.000247",
                "blocks": [["type": "section", "text": ["type": "mrkdwn", "text": "*live*"]]],
                "unfurl_links": false, "unfurl_media": false, "reply_broadcast": true,
            ])
        #expect(sent == ["message_ts": "1503435956.000247", "channel": "C0123456789"])
        let direct = try await slack.call("send_dm", ["user_id": "U0123456789", "text": "Hello"])
        #expect(direct == ["message_ts": "1503435956.000247", "channel": "D069C7QFK"])
        let reaction: JSON = ["channel": "C0123456789", "timestamp": "1503435956.000247", "emoji": ":thumbsup:"]
        #expect(try await slack.call("add_reaction", reaction) == ["ok": true])
        #expect(try await slack.call("add_reaction", reaction.changing("emoji", to: "already_there")) == ["ok": true])
        let updated = try await slack.call(
            "update_message",
            [
                "channel": "C0123456789", "ts": "1503435956.000247", "text": "Rolled back",
                "blocks": [["type": "divider"]],
            ])
        #expect(updated == ["ok": true, "message_ts": "1503435956.000247"])
        let owner = try await slack.call("auth_test", [:])
        #expect(owner["team_id"] == "T12345678" && owner["user_id"] == "W12345678" && owner["bot_id"] == "B12345678")

        let requests = server.requests
        #expect(
            requests.map(\.path) == [
                "/api/chat.postMessage", "/api/conversations.open", "/api/chat.postMessage", "/api/reactions.add",
                "/api/reactions.add", "/api/chat.update", "/api/auth.test",
            ])
        for request in requests {
            #expect(request.headers["authorization"] == "Bearer xoxb-1-secret")
            #expect(request.headers["content-type"] == "application/json; charset=utf-8")
        }
        #expect(requests[0].json["reply_broadcast"] == true)
        #expect(requests[2].json["channel"] == "D069C7QFK")
        #expect(requests[3].json["name"] == "thumbsup")
        // The description knows it by GET alone; Slack's page (https://docs.slack.dev/reference/methods/auth.test) by POST.
        expectFine(requests, for: "slack", except: "POST /api/auth.test: no such operation")
    }
}
