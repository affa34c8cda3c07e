public import ConnectorSDK
import PatchbayJSON

/// OpenAI's API (https://platform.openai.com/docs/api-reference), and servers that speak it, too.
public let openAI = Connector(
    id: "openai", version: "1.0.0", name: "OpenAI",
    summary: "Answers, embeddings and extracted facts from OpenAI's models, and from servers that speak the same API.",
    category: .ai, license: "Apache-2.0", documentation: "https://platform.openai.com/docs/api-reference",
    hosts: ["api.openai.com", .setting("base_url")],
    credentials: [
        CredentialSlot(
            "account", title: "API key",
            about: "A secret key (`sk-…`) from https://platform.openai.com/api-keys. A restricted key needs *Model "
                + "capabilities: write*, and *Models: read* to be tested. For a server of your own: the key that it asks for.",
            isRequired: false, kinds: [.bearer], check: ListModels.self)
    ],
    settings: OpenAISettings.self, isolation: .inProcess,
    limits: Connector.Limits(concurrency: 64, timeout: .seconds(120)),
    actions: [ChatCompletion.self, Embedding.self, EntityExtraction.self, ListModels.self])

struct OpenAISettings: Fields {
    @Field(
        "Where the API is, with its version; another one for servers that speak the same.", .format("uri"),
        default: "https://api.openai.com/v1")
    var baseURL: String
    @Field(
        "Id of the organisation that the usage counts for; the key's own when absent.", .length(1...200),
        example: "org-…")
    var organization: String?
    @Field(
        "Id of the project that the usage counts for; the key's own when absent.", .length(1...200), example: "proj_…")
    var project: String?
}
