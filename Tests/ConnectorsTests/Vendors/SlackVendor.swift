import PatchbayJSON

/// Answers as Slack's Web API documents them (https://docs.slack.dev/reference/methods).
enum SlackVendor {
    @Sendable static func answer(_ request: RecordingServer.Request) -> RecordingServer.Answer {
        switch request.path {
        case "/api/chat.postMessage":
            .json(
                200,
                [
                    "ok": true, "channel": "C0123456789", "ts": "1503435956.000247",
                    "message": ["text": request.json["text"] ?? "", "type": "message", "ts": "1503435956.000247"],
                    "response_metadata": ["warnings": ["superfluous_charset"]],
                ])
        case "/api/chat.update":
            .json(
                200,
                ["ok": true, "channel": "C0123456789", "ts": "1503435956.000247", "text": request.json["text"] ?? ""])
        case "/api/conversations.open":
            .json(200, ["ok": true, "no_op": true, "already_open": true, "channel": ["id": "D069C7QFK"]])
        case "/api/auth.test":
            .json(
                200,
                [
                    "ok": true, "url": "https://subarachnoid.slack.com/", "team": "Subarachnoid Workspace",
                    "user": "grace", "team_id": "T12345678", "user_id": "W12345678", "bot_id": "B12345678",
                ])
        case "/api/reactions.add":
            request.json["name"] == "already_there"
                ? .json(200, ["ok": false, "error": "already_reacted"]) : .json(200, ["ok": true])
        default:
            .json(200, ["ok": false, "error": "unknown_method", "req_method": .string(request.path)])
        }
    }
}
