import ConnectorSDK
import PatchbayJSON

/// A use of a tool that the model asks for.
struct ToolCall: Fields {
    @Field("Id of the use; the result is sent back with it, as a `tool_result` block.") var id: String
    @Field("Name of the tool.") var name: String
    @Field("What it is to be given, in the shape of its schema.") var input: JSON
}

/// Tokens, which are what is paid for.
struct Usage: Fields {
    @Field("Tokens of what was sent, without those of the cache.", default: 0) var inputTokens: Int
    @Field("Tokens of what was answered, thinking included.", default: 0) var outputTokens: Int
    @Field("Of what was sent, tokens that were written to the cache.", default: 0) var cacheCreationInputTokens: Int
    @Field("Of what was sent, tokens that were read from the cache and cost less.", default: 0)
    var cacheReadInputTokens: Int

    init(_ json: JSON?) {
        self.init()
        func count(_ name: String) -> Int { json?[name]?.int.flatMap { Int(exactly: $0) } ?? 0 }
        inputTokens = count("input_tokens")
        outputTokens = count("output_tokens")
        cacheCreationInputTokens = count("cache_creation_input_tokens")
        cacheReadInputTokens = count("cache_read_input_tokens")
    }

    init() {}

    var total: Int { inputTokens + outputTokens + cacheCreationInputTokens + cacheReadInputTokens }
}

/// An answer of the model.
struct Message {
    var id: String
    var model: String
    var content: [JSONObject]
    var stopReason: String
    var stopSequence: String?
    var usage: Usage

    /// Throws `ConnectorError` of code `upstream` when it is none.
    init(_ answer: JSON) throws(ConnectorError) {
        guard answer["type"] == "message", let content = answer["content"]?.array else {
            throw ConnectorError(.upstream, "The server's answer is no message with `content`.", effect: .none)
        }
        id = answer["id"]?.string ?? ""
        model = answer["model"]?.string ?? ""
        self.content = content.compactMap(\.object)
        stopReason = answer["stop_reason"]?.string ?? ""
        stopSequence = answer["stop_sequence"]?.string
        usage = Usage(answer["usage"])
    }

    /// All text, joined; nil when there is none.
    var text: String? {
        let parts = content.filter { $0["type"] == "text" }.compactMap { $0["text"]?.string }
        return parts.isEmpty ? nil : parts.joined()
    }

    var toolCalls: [ToolCall] {
        content.filter { $0["type"] == "tool_use" }.map { block in
            ToolCall {
                $0.id = block["id"]?.string ?? ""
                $0.name = block["name"]?.string ?? ""
                $0.input = block["input"] ?? .object([:])
            }
        }
    }
}
