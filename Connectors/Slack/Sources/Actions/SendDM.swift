import ConnectorSDK
import PatchbayJSON

struct SendDM: Action {
    static let title = "Send a direct message"
    static let summary = "Opens the conversation with a person, if need be, and posts text to it."
    static let effect = Effect.write
    static let documentation: String? = "https://docs.slack.dev/reference/methods/conversations.open"
    static let examples = [
        Example("A line", input: ["user_id": "U0123456789", "text": "Your deployment is live."])
    ]

    struct Input: Fields {
        @Field("Id of the person (`U0123456789`).") var userID: String
        @Field("The message, in Slack's mrkdwn.", .length(1...40_000), .multiline) var text: String
    }

    struct Output: Fields {
        @Field("Timestamp of the message, which is also its id in the conversation.", name: "message_ts")
        var timestamp: String
        @Field("Id of the conversation.") var channel: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let api = try SlackAPI(context)
        let opened: JSON
        do {
            opened = try await api.call(
                "conversations.open", ["users": .string(input.userID)], inputs: ["users": "user_id"])
        } catch var error as ConnectorError {
            // An open conversation without a message is nothing that anybody sees.
            error.effect = .none
            throw error
        }
        guard let channel = opened["channel"]?["id"]?.string else {
            throw ConnectorError(.upstream, "Slack opened a conversation without telling its id.", effect: .none)
        }
        let arguments: JSONObject = ["channel": .string(channel), "text": .string(input.text)]
        let answer = try await api.call("chat.postMessage", arguments, inputs: ["channel": "user_id"])
        let timestamp = try api.timestamp(of: answer, from: "chat.postMessage")
        return Output {
            $0.timestamp = timestamp
            $0.channel = channel
        }
    }
}
