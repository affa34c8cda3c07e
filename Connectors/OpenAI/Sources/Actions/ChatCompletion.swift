import ConnectorSDK
import PatchbayJSON

struct ChatCompletion: Action {
    static let title = "Complete a chat"
    static let summary = "Lets a model answer a conversation. Changes nothing, but costs tokens."
    static let effect = Effect.read
    static let documentation: String? = "https://platform.openai.com/docs/api-reference/chat/create"
    static let timeout: Duration? = .seconds(120)
    static let examples = [
        Example(
            "A question",
            input: [
                "model": "gpt-4o-mini",
                "messages": [
                    ["role": "system", "content": "Answer in one sentence."],
                    ["role": "user", "content": "What does a deployment pipeline do?"],
                ],
                "temperature": 0.2, "max_tokens": 200,
            ]),
        Example(
            "An answer in JSON",
            input: [
                "model": "gpt-4o-mini", "messages": [["role": "user", "content": "Name three fruits, as JSON."]],
                "response_format": ["type": "json_object"],
            ]),
    ]

    struct Input: Fields {
        @Field("Id of the model.", .length(1...200), example: "gpt-4o-mini") var model: String
        @Field(
            "The conversation, oldest first: objects with `role` and `content`, as the API takes them.",
            .length(1...2048))
        var messages: [JSONObject]
        @Field("How varied the answer is, from 0 to 2. Reasoning models take none.", .range(0...2)) var temperature:
            Double?
        @Field("Tokens of the answer at most, thinking included (`max_completion_tokens`).", .range(1...10_000_000))
        var maxTokens: Int?
        @Field("Form of the answer, as the API takes it: `json_object`, or `json_schema` with a schema.")
        var responseFormat: JSONObject?
        @Field("Tools that the model may ask for, as the API takes them.", .length(1...128)) var tools: [JSONObject]?
        @Field("Which tool it is to ask for: `none`, `auto`, `required`, or an object that names one.") var toolChoice:
            JSON?
        @Field("More members of the request, as the API takes them.", example: ["reasoning_effort": "low"])
        var extra: JSONObject?
    }

    struct Output: Fields {
        @Field("The answer; absent when the model asks for tools, or refuses.") var content: String?
        @Field("Why the model would not answer.") var refusal: String?
        @Field("The tools that it asks for, as the API gives them; empty when it asks for none.")
        var toolCalls: [JSONObject]
        @Field("Why it ended: `stop`, `length` (cut off at `max_tokens`), `tool_calls` or `content_filter`.")
        var finishReason: String
        @Field("Tokens used, sent and answered together.") var tokensUsed: Int
        @Field("The tokens one by one.") var usage: Usage
        @Field("The model that answered, with its version.") var model: String
        @Field("Id of the completion.") var id: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try OpenAIAPI(context)
        let pointers = [
            "model": "/model", "messages": "/messages", "temperature": "/temperature",
            "max_completion_tokens": "/max_tokens", "response_format": "/response_format", "tools": "/tools",
            "tool_choice": "/tool_choice",
        ]
        let completion = try Completion(
            try await api.post("chat", "completions", body: try input.body, pointers: pointers))
        return Output {
            $0.content = completion.content
            $0.refusal = completion.refusal
            $0.toolCalls = completion.toolCalls
            $0.finishReason = completion.finishReason
            $0.tokensUsed = completion.usage.totalTokens
            $0.usage = completion.usage
            $0.model = completion.model
            $0.id = completion.id
        }
    }
}

extension ChatCompletion.Input {
    var body: JSONObject {
        get throws(ConnectorError) {
            var body: JSONObject = ["model": .string(model), "messages": messages.json ?? []]
            body["temperature"] = temperature?.json
            body["max_completion_tokens"] = maxTokens?.json
            body["response_format"] = responseFormat?.json
            body["tools"] = tools?.json
            body["tool_choice"] = toolChoice
            for member in extra ?? [:] {
                let pointer = JSONPointer(tokens: ["extra", member.name]).description
                guard body[member.name] == nil else {
                    throw .invalid(pointer, "is given by a field of its own already")
                }
                guard !["stream", "stream_options", "n"].contains(member.name) else {
                    throw .invalid(pointer, "is not possible here: the answer comes whole, and is one")
                }
                body[member.name] = member.value
            }
            return body
        }
    }
}
