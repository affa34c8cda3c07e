import PatchbayJSON

/// Answers as Anthropic's API documents them (https://docs.anthropic.com/en/api/messages).
enum AnthropicVendor {
    @Sendable static func answer(_ request: RecordingServer.Request) -> RecordingServer.Answer {
        switch (request.method, request.path) {
        case ("GET", "/v1/models"):
            .json(
                200,
                [
                    "data": [
                        [
                            "type": "model", "id": "claude-sonnet-4-5-20250929", "display_name": "Claude Sonnet 4.5",
                            "created_at": "2025-09-29T00:00:00Z",
                        ]
                    ],
                    "first_id": "claude-sonnet-4-5-20250929", "last_id": "claude-sonnet-4-5-20250929",
                    "has_more": false,
                ])
        case ("POST", "/v1/messages"): message(request.json)
        case ("POST", "/v1/messages/count_tokens"): .json(200, ["input_tokens": 14])
        default: .json(404, ["type": "error", "error": ["type": "not_found_error", "message": "Not found"]])
        }
    }

    private static func message(_ request: JSON) -> RecordingServer.Answer {
        let usesTool = request["tools"] != nil && request["messages"]?.array?.count == 1
        let tool: JSON = ["type": "tool_use", "id": "toolu_01", "name": "weather", "input": ["city": "Oslo"]]
        return .json(
            200,
            [
                "id": "msg_013Zva2CMHLNnjNjJKqJ2EF", "type": "message", "role": "assistant",
                "model": "claude-sonnet-4-5-20250929",
                "content": usesTool
                    ? [["type": "text", "text": "Let me see."], tool] : [["type": "text", "text": "Hi!"]],
                "stop_reason": usesTool ? "tool_use" : "end_turn", "stop_sequence": nil,
                "usage": [
                    "input_tokens": 25, "output_tokens": 13, "cache_creation_input_tokens": 0,
                    "cache_read_input_tokens": 2,
                ],
            ], [("request-id", "req_1")])
    }
}
