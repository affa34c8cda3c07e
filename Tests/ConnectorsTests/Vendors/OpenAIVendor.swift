import PatchbayJSON

/// Answers as OpenAI's API documents them (https://platform.openai.com/docs/api-reference).
enum OpenAIVendor {
    @Sendable static func answer(_ request: RecordingServer.Request) -> RecordingServer.Answer {
        switch (request.method, request.path) {
        case ("GET", "/v1/models"):
            .json(
                200,
                [
                    "object": "list",
                    "data": [
                        ["id": "gpt-4o-mini", "object": "model", "created": 1_686_935_002, "owned_by": "openai"]
                    ],
                ])
        case ("POST", "/v1/chat/completions"): completion(request.json)
        case ("POST", "/v1/embeddings"): embeddings(request.json)
        default:
            .json(404, ["error": ["message": "Unknown request URL", "type": "invalid_request_error", "code": nil]])
        }
    }

    private static func completion(_ request: JSON) -> RecordingServer.Answer {
        var message: JSONObject = ["role": "assistant", "content": "Hello!", "refusal": nil, "annotations": []]
        var finish: JSON = "stop"
        if request["tools"] != nil {
            message["content"] = nil as JSON
            message["tool_calls"] = [
                [
                    "id": "call_1", "type": "function",
                    "function": ["name": "weather", "arguments": #"{"city":"Oslo"}"#],
                ]
            ]
            finish = "tool_calls"
        }
        if let format = request["response_format"]?["json_schema"] {
            let isWrapped = format["schema"]?["properties"]?["entities"] != nil
            message["content"] = isWrapped ? #"{"entities":["Ada","Grace"]}"# : #"{"number":"4711","total":1250.0}"#
        }
        return .json(
            200,
            [
                "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT", "object": "chat.completion", "created": 1_741_569_952,
                "model": "gpt-4o-mini-2024-07-18",
                "choices": [["index": 0, "message": .object(message), "logprobs": nil, "finish_reason": finish]],
                "usage": [
                    "prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29,
                    "prompt_tokens_details": ["cached_tokens": 0, "audio_tokens": 0],
                    "completion_tokens_details": ["reasoning_tokens": 0, "audio_tokens": 0],
                ],
                "service_tier": "default",
            ], [("x-request-id", "req_1")])
    }

    private static func embeddings(_ request: JSON) -> RecordingServer.Answer {
        let count = request["input"]?.array?.count ?? 1
        let entries = (0..<count).reversed().map { index -> JSON in
            [
                "object": "embedding", "index": .int(Int64(index)),
                "embedding": [0.0023, -0.0093, .double(Double(index))],
            ]
        }
        return .json(
            200,
            [
                "object": "list", "data": .array(entries), "model": "text-embedding-3-small",
                "usage": ["prompt_tokens": 8, "total_tokens": 8],
            ])
    }
}
