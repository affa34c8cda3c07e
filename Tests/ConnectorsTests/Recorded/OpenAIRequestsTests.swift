import PatchbayJSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct OpenAIRequestsTests {
    @Test func `every action sends what OpenAI describes, with the key attached`() async throws {
        let server = RecordingServer(OpenAIVendor.answer)
        defer { server.stop() }
        let settings: JSON = [
            "base_url": .string(server.address + "/v1"), "organization": "org-1", "project": "proj_1",
        ]
        let openAI = try await ConnectorBench.shared.value.caller(
            "openai", settings: settings, credential: .bearer("sk-secret"))
        try await chat(openAI)
        try await embed(openAI)
        try await extract(openAI)
        #expect(try await openAI.call("list_models", [:]) == ["models": ["gpt-4o-mini"]])

        let requests = server.requests
        #expect(requests.count == 7)
        for request in requests {
            #expect(request.headers["authorization"] == "Bearer sk-secret")
            #expect(request.headers["openai-organization"] == "org-1")
            #expect(request.headers["openai-project"] == "proj_1")
            #expect(request.headers["x-client-request-id"] == "step-7f3a-1")
        }
        #expect(requests[0].json["max_completion_tokens"] == 200)
        #expect(requests[0].json["reasoning_effort"] == "low")
        let format = requests[4].json["response_format"]?["json_schema"]
        #expect(format?["strict"] == true)
        #expect(format?["schema"]?["additionalProperties"] == false)
        expectFine(requests, for: "openai")
    }

    private func chat(_ openAI: Caller) async throws {
        let answer = try await openAI.call(
            "chat_completion",
            [
                "model": "gpt-4o-mini", "temperature": 0.2, "max_tokens": 200,
                "messages": [
                    ["role": "system", "content": "Be brief."], ["role": "user", "content": "Hi, \"you\"! 👋"],
                ],
                "response_format": ["type": "json_object"], "extra": ["reasoning_effort": "low", "seed": 7],
            ])
        #expect(answer["content"] == "Hello!")
        #expect(answer["tokens_used"] == 29)
        #expect(answer["finish_reason"] == "stop")
        #expect(answer["tool_calls"] == [])
        let called = try await openAI.call(
            "chat_completion",
            [
                "model": "gpt-4o-mini", "messages": [["role": "user", "content": "Weather in Oslo?"]],
                "tools": [
                    [
                        "type": "function",
                        "function": [
                            "name": "weather", "description": "Tells the weather.",
                            "parameters": ["type": "object", "properties": ["city": ["type": "string"]]],
                        ],
                    ]
                ], "tool_choice": "auto",
            ])
        #expect(called["content"] == nil)
        #expect(called["finish_reason"] == "tool_calls")
        #expect(called["tool_calls"]?[0]?["function"]?["name"] == "weather")
    }

    private func embed(_ openAI: Caller) async throws {
        let one = try await openAI.call("embedding", ["model": "text-embedding-3-small", "input": "The cart"])
        #expect(one["embedding"] == [0.0023, -0.0093, 0])
        #expect(one["tokens_used"] == 8)
        let several = try await openAI.call(
            "embedding", ["model": "text-embedding-3-small", "input": ["a", "b"], "dimensions": 3])
        #expect(several["embedding"] == nil)
        #expect(several["embeddings"] == [[0.0023, -0.0093, 0], [0.0023, -0.0093, 1]])
    }

    private func extract(_ openAI: Caller) async throws {
        let invoice = try await openAI.call(
            "entity_extraction",
            [
                "model": "gpt-4o-mini", "text": "Invoice 4711, 1,250.00 EUR", "max_tokens": 500,
                "instructions": "Numbers without separators.",
                "schema": [
                    "type": "object", "properties": ["number": ["type": "string"], "total": ["type": "number"]],
                ],
            ])
        #expect(invoice["entities"] == ["number": "4711", "total": 1250])
        let people = try await openAI.call(
            "entity_extraction",
            [
                "model": "gpt-4o-mini", "text": "Ada met Grace.",
                "schema": ["type": "array", "items": ["type": "string"]],
            ])
        #expect(people["entities"] == ["Ada", "Grace"])
    }
}
