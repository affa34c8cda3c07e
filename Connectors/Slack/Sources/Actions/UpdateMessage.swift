import ConnectorSDK
import PatchbayJSON

struct UpdateMessage: Action {
    static let title = "Update a message"
    static let summary = "Replaces the text, or the blocks, of a message that the app has sent."
    static let effect = Effect.write
    static let isIdempotent = true
    static let documentation: String? = "https://docs.slack.dev/reference/methods/chat.update"
    static let examples = [
        Example(
            "New text",
            input: ["channel": "C0123456789", "ts": "1503435956.000247", "text": "Rolled back at 09:45 UTC."])
    ]

    struct Input: Fields {
        @Field("Id of the channel that the message is in; a name is not enough here.") var channel: String
        @Field("`ts` of the message.", name: "ts") var timestamp: String
        @Field("The new text, in Slack's mrkdwn.", .length(1...40_000), .multiline) var text: String
        @Field("The new Block Kit blocks.", .length(1...50)) var blocks: [JSONObject]?
    }

    struct Output: Fields {
        @Field("True.") var ok: Bool
        @Field("Timestamp of the message.", name: "message_ts") var timestamp: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        var arguments: JSONObject = [
            "channel": .string(input.channel), "ts": .string(input.timestamp), "text": .string(input.text),
        ]
        arguments["blocks"] = input.blocks?.json
        let answer = try await SlackAPI(context).call("chat.update", arguments)
        return Output {
            $0.ok = true
            $0.timestamp = answer["ts"]?.string ?? input.timestamp
        }
    }
}
