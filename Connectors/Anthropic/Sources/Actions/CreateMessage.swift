import ConnectorSDK
import PatchbayJSON

struct CreateMessage: Action {
    static let title = "Create a message"
    static let summary = "Lets a model answer a conversation. Changes nothing, but costs tokens."
    static let effect = Effect.read
    static let documentation: String? = "https://docs.anthropic.com/en/api/messages"
    static let timeout: Duration? = .seconds(120)
    static let examples = [
        Example(
            "A question",
            input: [
                "model": "claude-sonnet-4-5", "system": "Answer in one sentence.",
                "messages": [["role": "user", "content": "What does a deployment pipeline do?"]], "max_tokens": 300,
            ]),
        Example(
            "A picture",
            input: [
                "model": "claude-sonnet-4-5", "messages": [["role": "user", "content": "What is on it?"]],
                "images": [["url": "https://example.com/plan.png"]],
            ]),
        Example(
            "A tool",
            input: [
                "model": "claude-sonnet-4-5", "messages": [["role": "user", "content": "Is it warm in Oslo?"]],
                "tools": [
                    [
                        "name": "weather", "description": "Tells a city's weather.",
                        "input_schema": ["type": "object", "properties": ["city": ["type": "string"]]],
                    ]
                ],
            ]),
    ]

    struct Input: Fields {
        @Field("Id of the model.", .length(1...256), example: "claude-sonnet-4-5") var model: String
        @Field(
            "The conversation, oldest first: objects with `role` and `content`, as the API takes them.",
            .length(1...100_000))
        var messages: [JSONObject]
        @Field("Tokens of the answer at most, thinking included.", .range(1...10_000_000), default: 1024)
        var maxTokens: Int
        @Field("What the model should be and heed.", .length(1...1_000_000), .multiline) var system: String?
        @Field("Pictures that stand before the last message of the user.", .length(1...100)) var images: [Image]?
        @Field("How varied the answer is, from 0 to 1.", .range(0...1)) var temperature: Double?
        @Field("Texts at which the answer ends.", .length(1...100)) var stopSequences: [String]?
        @Field(
            "Tools that the model may ask for: objects with `name`, `description`, `input_schema`.", .length(1...128))
        var tools: [JSONObject]?
        @Field("Which tool it is to ask for: an object of the type `auto`, `any`, `tool` (with its `name`) or `none`.")
        var toolChoice: JSONObject?
        @Field(
            "More members of the request, as the API takes them.",
            example: ["thinking": ["type": "enabled", "budget_tokens": 2048]])
        var extra: JSONObject?
    }

    struct Output: Fields {
        @Field("The answer's text; absent when there is none.") var text: String?
        @Field("The tools that it asks for; empty when it asks for none.") var toolCalls: [ToolCall]
        @Field("All blocks of the answer, as the API gives them, for the next request's `messages`.")
        var content: [JSONObject]
        @Field("Why it ended: `end_turn`, `max_tokens`, `stop_sequence`, `tool_use`, `pause_turn` or `refusal`.")
        var stopReason: String
        @Field("The text at which it ended, when that was why.") var stopSequence: String?
        @Field("Tokens used, sent and answered together.") var tokensUsed: Int
        @Field("The tokens one by one.") var usage: Usage
        @Field("The model that answered.") var model: String
        @Field("Id of the message.") var id: String
    }

    /// Members of the request that come from the input's of the same name.
    static let members: Set<String> = [
        "model", "messages", "max_tokens", "system", "temperature", "stop_sequences", "tools", "tool_choice",
    ]

    func run(_ input: Input, in context: Context) async throws -> Output {
        let message = try Message(try await AnthropicAPI(context).post("messages", body: try input.body))
        return Output {
            $0.text = message.text
            $0.toolCalls = message.toolCalls
            $0.content = message.content
            $0.stopReason = message.stopReason
            $0.stopSequence = message.stopSequence
            $0.tokensUsed = message.usage.total
            $0.usage = message.usage
            $0.model = message.model
            $0.id = message.id
        }
    }
}

extension CreateMessage.Input {
    var body: JSONObject {
        get throws(ConnectorError) {
            let conversation = try Conversation(messages, images: images)
            var body: JSONObject = [
                "model": .string(model), "max_tokens": .int(Int64(maxTokens)),
                "messages": conversation.messages.json ?? [],
            ]
            body["system"] = system?.json
            body["temperature"] = temperature?.json
            body["stop_sequences"] = stopSequences?.json
            body["tools"] = tools?.json
            body["tool_choice"] = toolChoice?.json
            for member in extra ?? [:] {
                let pointer = JSONPointer(tokens: ["extra", member.name]).description
                guard body[member.name] == nil else {
                    throw .invalid(pointer, "is given by a field of its own already")
                }
                guard member.name != "stream" else {
                    throw .invalid(pointer, "is not possible here: the answer comes whole")
                }
                body[member.name] = member.value
            }
            return body
        }
    }
}
