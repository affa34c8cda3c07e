import ConnectorSDK
import PatchbayJSON

/// The one choice of a chat completion.
struct Completion {
    var content: String?
    /// Why the model would not answer.
    var refusal: String?
    var toolCalls: [JSONObject]
    var finishReason: String
    var model: String
    var id: String
    var usage: Usage

    /// Throws `ConnectorError` of code `upstream` when it is no completion.
    init(_ answer: JSON) throws(ConnectorError) {
        guard let choice = answer["choices"]?[0], let message = choice["message"] else {
            throw ConnectorError(.upstream, "The server's answer has no `choices` with a message.", effect: .none)
        }
        content = message["content"]?.string
        refusal = message["refusal"]?.string
        toolCalls = (message["tool_calls"]?.array ?? []).compactMap(\.object)
        finishReason = choice["finish_reason"]?.string ?? ""
        model = answer["model"]?.string ?? ""
        id = answer["id"]?.string ?? ""
        usage = Usage(answer["usage"])
    }

    /// The content of an answer that must be whole. Throws `ConnectorError` of code `upstream` when it was refused, cut off
    /// or withheld.
    var wholeContent: String {
        get throws(ConnectorError) {
            if let refusal { throw failure("refusal", "The model refused: \(refusal)") }
            switch finishReason {
            case "length":
                throw failure(
                    "length", "The answer was cut off after \(usage.completionTokens) tokens: raise `max_tokens`.")
            case "content_filter":
                throw failure("content_filter", "The vendor's content filter withheld the answer.")
            default:
                guard let content else { throw failure("empty", "The model answered without content.") }
                return content
            }
        }
    }

    func failure(_ word: String, _ message: String) -> ConnectorError {
        ConnectorError(
            .upstream, message, effect: .none, vendorCode: word,
            detail: [
                "finish_reason": .string(finishReason), "content": content.json ?? nil, "usage": usage.json ?? nil,
            ])
    }
}

/// Tokens, which are what is paid for.
struct Usage: Fields {
    @Field("Tokens of what was sent.", default: 0) var promptTokens: Int
    @Field("Tokens of what was answered, thinking included.", default: 0) var completionTokens: Int
    @Field("Both together.", default: 0) var totalTokens: Int
    @Field("Of those sent, how many were cached and cost less.") var cachedTokens: Int?
    @Field("Of those answered, how many the model only thought.") var reasoningTokens: Int?

    init(_ json: JSON?) {
        self.init()
        func count(_ json: JSON?) -> Int? { json?.int.map { Int($0) } }
        promptTokens = count(json?["prompt_tokens"]) ?? 0
        completionTokens = count(json?["completion_tokens"]) ?? 0
        totalTokens = count(json?["total_tokens"]) ?? promptTokens + completionTokens
        cachedTokens = count(json?["prompt_tokens_details"]?["cached_tokens"])
        reasoningTokens = count(json?["completion_tokens_details"]?["reasoning_tokens"])
    }

    init() {}
}
