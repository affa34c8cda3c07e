import PatchbayCore
import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct AnthropicRequestsTests {
    private func anthropic(_ address: String, _ credential: Given.Credential = .key("sk-ant-secret")) async throws
        -> Caller
    {
        try await ConnectorBench.shared.value.caller(
            "anthropic", settings: ["base_url": .string(address), "betas": ["a-1", "b-2"]], credential: credential)
    }

    @Test func `every action sends what Anthropic describes, with the key attached`() async throws {
        let server = RecordingServer(AnthropicVendor.answer)
        defer { server.stop() }
        let anthropic = try await anthropic(server.address)
        let tools: JSON = [
            [
                "name": "weather", "description": "Tells a city's weather.",
                "input_schema": ["type": "object", "properties": ["city": ["type": "string"]]],
            ]
        ]
        let question: JSON = ["role": "user", "content": "Is it warm in Oslo? \"👋\""]
        let asked = try await anthropic.call(
            "create_message",
            [
                "model": "claude-sonnet-4-5", "messages": [question], "tools": tools, "tool_choice": ["type": "auto"],
                "system": "Be brief.", "temperature": 0.5, "stop_sequences": ["END"],
                "images": [["url": "https://a.example/map.png"], ["data": "AQID", "media_type": "image/jpeg"]],
                "extra": ["metadata": ["user_id": "u1"]],
            ])
        #expect(asked["stop_reason"] == "tool_use")
        #expect(asked["tool_calls"] == [["id": "toolu_01", "name": "weather", "input": ["city": "Oslo"]]])
        #expect(asked["text"] == "Let me see.")
        #expect(asked["tokens_used"] == 40)

        let result: JSON = ["type": "tool_result", "tool_use_id": "toolu_01", "content": "12 degrees"]
        let answered = try await anthropic.call(
            "create_message",
            [
                "model": "claude-sonnet-4-5", "tools": tools, "max_tokens": 99,
                "messages": [
                    question, ["role": "assistant", "content": asked["content"] ?? nil],
                    ["role": "user", "content": [result]],
                ],
            ])
        #expect(answered["text"] == "Hi!")
        #expect(answered["tool_calls"] == [])
        #expect(answered["stop_sequence"] == nil)
        let counted = try await anthropic.call(
            "count_tokens", ["model": "claude-sonnet-4-5", "messages": [question], "system": "Be brief."])
        #expect(counted == ["input_tokens": 14])
        let models = try await anthropic.call("list_models", ["limit": 5])
        #expect(models == ["models": ["claude-sonnet-4-5-20250929"], "has_more": false])

        let requests = server.requests
        #expect(requests.count == 4)
        for request in requests {
            #expect(request.headers["x-api-key"] == "sk-ant-secret")
            #expect(request.headers["anthropic-version"] == "2023-06-01")
            #expect(request.headers["anthropic-beta"] == "a-1,b-2")
        }
        #expect(requests[0].json["messages"]?[0]?["content"]?.array?.count == 3)
        #expect(requests[1].json["max_tokens"] == 99)
        expectFine(requests, for: "anthropic")
    }

    @Test func `who is overloaded is asked again, and a gateway gets its token`() async throws {
        let server = RecordingServer { _ in
            .json(529, ["type": "error", "error": ["type": "overloaded_error", "message": "Overloaded"]])
        }
        defer { server.stop() }
        let failure = try await anthropic(server.address, .bearer("gateway")).failure(
            "create_message", ["model": "m", "messages": [["role": "user", "content": "?"]]])
        #expect(failure?.code == .unavailable)
        #expect(failure?.isRetryable == true)
        #expect(failure?.effect == OperationFailure.Effect.none)
        #expect(server.requests.first?.headers["authorization"] == "Bearer gateway")
    }

    @Test(arguments: ["stream", "model"])
    func `what cannot be sent, or is sent already, is refused`(name: String) async throws {
        let failure = try await anthropic("http://127.0.0.1:1").failure(
            "create_message",
            ["model": "m", "messages": [["role": "user", "content": "?"]], "extra": .object([name: true])])
        #expect(failure?.pointer == "/extra/\(name)")
    }
}
