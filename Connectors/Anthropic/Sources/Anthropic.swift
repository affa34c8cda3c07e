public import ConnectorSDK
import PatchbayJSON

/// Anthropic's Messages API (https://docs.anthropic.com/en/api/messages).
public let anthropic = Connector(
    id: "anthropic", version: "1.0.0", name: "Anthropic",
    summary: "Answers of Anthropic's models, with tools, images and instructions.",
    category: .ai, license: "Apache-2.0", documentation: "https://docs.anthropic.com/en/api/overview",
    hosts: ["api.anthropic.com", .setting("base_url")],
    credentials: [
        CredentialSlot(
            "account", title: "API key",
            about:
                "A key (`sk-ant-…`) from https://console.anthropic.com/settings/keys, or a bearer token for a gateway.",
            kinds: [.header("x-api-key"), .bearer], check: ListModels.self)
    ],
    settings: AnthropicSettings.self, isolation: .inProcess,
    limits: Connector.Limits(concurrency: 64, timeout: .seconds(120)),
    actions: [CreateMessage.self, CountTokens.self, ListModels.self])

struct AnthropicSettings: Fields {
    @Field(
        "Where the API is, without its version; another one for gateways that speak the same.", .format("uri"),
        default: "https://api.anthropic.com")
    var baseURL: String
    @Field("The API's version.", .length(1...100), default: "2023-06-01") var apiVersion: String
    @Field("Names of betas to take part in (`anthropic-beta`).", .length(1...20), example: ["files-api-2025-04-14"])
    var betas: [String]?
}
