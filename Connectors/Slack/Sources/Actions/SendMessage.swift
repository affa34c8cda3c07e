import ConnectorSDK
import PatchbayJSON

struct SendMessage: Action {
    static let title = "Send a message"
    static let summary = "Posts text or blocks to a channel, a private channel or a conversation."
    static let effect = Effect.write
    static let documentation: String? = "https://docs.slack.dev/reference/methods/chat.postMessage"
    static let examples = [
        Example("A line", input: ["channel": "#deployments", "text": "octo-org/octo-repo is live"]),
        Example(
            "Blocks, in a thread",
            input: [
                "channel": "C0123456789", "text": "octo-org/octo-repo is live", "thread_ts": "1503435956.000247",
                "blocks": [
                    ["type": "section", "text": ["type": "mrkdwn", "text": "*octo-org/octo-repo* is live"]]
                ],
            ]),
    ]

    struct Input: Fields {
        @Field("Id of the channel or conversation (`C0123456789`), or a public channel's name (`#deployments`).")
        var channel: String
        @Field("The message, in Slack's mrkdwn. With blocks: what notifications show.", .length(1...40_000), .multiline)
        var text: String
        @Field("Block Kit blocks (https://docs.slack.dev/block-kit).", .length(1...50)) var blocks: [JSONObject]?
        @Field("`ts` of a message, to answer in its thread.", name: "thread_ts") var threadTimestamp: String?
        @Field("With `thread_ts`: whether the answer shows in the channel, too.") var replyBroadcast: Bool?
        @Field("Whether links show a preview; Slack's default when absent.") var unfurlLinks: Bool?
        @Field("Whether pictures and films behind links show a preview; Slack's default when absent.")
        var unfurlMedia: Bool?
    }

    struct Output: Fields {
        @Field("Timestamp of the message, which is also its id in the channel.", name: "message_ts")
        var timestamp: String
        @Field("Id of the channel.") var channel: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        var arguments: JSONObject = ["channel": .string(input.channel), "text": .string(input.text)]
        arguments["blocks"] = input.blocks?.json
        arguments["thread_ts"] = input.threadTimestamp?.json
        arguments["reply_broadcast"] = input.replyBroadcast?.json
        arguments["unfurl_links"] = input.unfurlLinks?.json
        arguments["unfurl_media"] = input.unfurlMedia?.json
        let api = try SlackAPI(context)
        let answer = try await api.call("chat.postMessage", arguments)
        let timestamp = try api.timestamp(of: answer, from: "chat.postMessage")
        return Output {
            $0.timestamp = timestamp
            $0.channel = answer["channel"]?.string ?? input.channel
        }
    }
}
