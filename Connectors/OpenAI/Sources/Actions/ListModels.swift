import ConnectorSDK
import PatchbayJSON

struct ListModels: Action {
    static let title = "List models"
    static let summary = "Lists the models that the key may use."
    static let effect = Effect.read
    static let documentation: String? = "https://platform.openai.com/docs/api-reference/models/list"
    static let examples = [Example("All models", input: [:])]

    struct Input: Fields {}

    struct Output: Fields {
        @Field("Ids of the models, which other actions take as `model`.") var models: [String]
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        guard let models = try await OpenAIAPI(context).get("models")["data"]?.array else {
            throw ConnectorError(.upstream, "The server's answer has no `data`.", effect: .none)
        }
        return Output { $0.models = models.compactMap { $0["id"]?.string } }
    }
}
