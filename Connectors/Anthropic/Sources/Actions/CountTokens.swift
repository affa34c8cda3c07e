import ConnectorSDK
import PatchbayJSON

struct CountTokens: Action {
    static let title = "Count tokens"
    static let summary = "Tells how many tokens a conversation would cost, without asking a model."
    static let effect = Effect.read
    static let documentation: String? = "https://docs.anthropic.com/en/api/messages-count-tokens"
    static let timeout: Duration? = .seconds(30)
    static let examples = [
        Example(
            "A question", input: ["model": "claude-sonnet-4-5", "messages": [["role": "user", "content": "Hello?"]]])
    ]

    struct Input: Fields {
        @Field("Id of the model.", .length(1...256), example: "claude-sonnet-4-5") var model: String
        @Field("The conversation, as for a message.", .length(1...100_000)) var messages: [JSONObject]
        @Field("What the model should be and heed.", .length(1...1_000_000), .multiline) var system: String?
        @Field("Pictures that stand before the last message of the user.", .length(1...100)) var images: [Image]?
        @Field("Tools that the model may ask for.", .length(1...128)) var tools: [JSONObject]?
    }

    struct Output: Fields {
        @Field("Tokens of what would be sent.") var inputTokens: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let conversation = try Conversation(input.messages, images: input.images)
        var body: JSONObject = ["model": .string(input.model), "messages": conversation.messages.json ?? []]
        body["system"] = input.system?.json
        body["tools"] = input.tools?.json
        let answer = try await AnthropicAPI(context).post("messages", "count_tokens", body: body)
        guard let count = answer["input_tokens"]?.int.flatMap({ Int(exactly: $0) }) else {
            throw ConnectorError(.upstream, "The server's answer has no `input_tokens`.", effect: .none)
        }
        return Output { $0.inputTokens = count }
    }
}
