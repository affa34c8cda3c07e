import ConnectorSDK
import PatchbayJSON

struct AddReaction: Action {
    static let title = "Add a reaction"
    static let summary = "Puts an emoji on a message. One that is there already counts as done."
    static let effect = Effect.write
    static let isIdempotent = true
    static let documentation: String? = "https://docs.slack.dev/reference/methods/reactions.add"
    static let examples = [
        Example(
            "Thumbs up", input: ["channel": "C0123456789", "timestamp": "1503435956.000247", "emoji": "thumbsup"])
    ]

    struct Input: Fields {
        @Field("Id of the channel that the message is in.") var channel: String
        @Field("`ts` of the message.") var timestamp: String
        @Field("Name of the emoji, with or without colons around it.", .length(1...100), example: "thumbsup")
        var emoji: String
    }

    struct Output: Fields {
        @Field("True.") var ok: Bool
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let name = Self.name(of: input.emoji)
        guard !name.isEmpty else { throw ConnectorError.invalid("/emoji", "has no name between its colons") }
        let arguments: JSONObject = [
            "channel": .string(input.channel), "timestamp": .string(input.timestamp), "name": .string(name),
        ]
        do {
            _ = try await SlackAPI(context).call("reactions.add", arguments, inputs: ["name": "emoji"])
        } catch let error as ConnectorError where error.vendorCode == "already_reacted" {
            context.log(.info, "The reaction was there already.")
        }
        return Output { $0.ok = true }
    }

    /// Without the colons around it; those inside part the skin tone from the name.
    static func name(of emoji: String) -> String {
        var name = emoji[...]
        while name.first == ":" { name.removeFirst() }
        while name.last == ":" { name.removeLast() }
        return String(name)
    }
}
