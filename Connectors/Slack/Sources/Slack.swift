public import ConnectorSDK

/// Slack's Web API (https://docs.slack.dev/apis/web-api).
public let slack = Connector(
    id: "slack", version: "1.0.0", name: "Slack",
    summary: "Messages and reactions in a Slack workspace.", category: .communication, license: "Apache-2.0",
    documentation: "https://docs.slack.dev/apis/web-api",
    hosts: ["slack.com", .setting("base_url")],
    credentials: [
        CredentialSlot(
            "bot", title: "Bot token",
            about: "The bot user's OAuth token (`xoxb-…`) of a Slack app, from its *OAuth & Permissions* page. "
                + "Needs the scopes `chat:write`, `im:write` and `reactions:write`, as far as their actions are used.",
            kinds: [
                .bearer,
                // https://docs.slack.dev/authentication/installing-with-oauth
                .oauth2(
                    OAuthProvider(
                        authorizeURL: "https://slack.com/oauth/v2/authorize",
                        tokenURL: "https://slack.com/api/oauth.v2.access",
                        scopes: ["chat:write", "im:write", "reactions:write"])),
            ], check: AuthTest.self)
    ],
    settings: SlackSettings.self, isolation: .inProcess,
    actions: [SendMessage.self, SendDM.self, AddReaction.self, UpdateMessage.self, AuthTest.self])

struct SlackSettings: Fields {
    @Field(
        "Where the Web API is; another one for GovSlack or for tests.", .format("uri"), default: "https://slack.com/api"
    )
    var baseURL: String
}
