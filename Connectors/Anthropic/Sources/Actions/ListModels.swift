import ConnectorSDK
import PatchbayJSON

struct ListModels: Action {
    static let title = "List models"
    static let summary = "Lists the models that the key may use, the newest first."
    static let effect = Effect.read
    static let documentation: String? = "https://docs.anthropic.com/en/api/models-list"
    static let examples = [Example("All models", input: [:])]

    struct Input: Fields {
        @Field("How many at most.", .range(1...1000), default: 1000) var limit: Int
    }

    struct Output: Fields {
        @Field("Ids of the models, which other actions take as `model`.") var models: [String]
        @Field("Whether there are more than the limit.") var hasMore: Bool
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let answer = try await AnthropicAPI(context).get("models", query: [("limit", String(input.limit))])
        guard let models = answer["data"]?.array else {
            throw ConnectorError(.upstream, "The server's answer has no `data`.", effect: .none)
        }
        return Output {
            $0.models = models.compactMap { $0["id"]?.string }
            $0.hasMore = answer["has_more"]?.bool ?? false
        }
    }
}
