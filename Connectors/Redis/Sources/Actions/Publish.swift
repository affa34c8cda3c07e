import ConnectorSDK
import PatchbayJSON

struct Publish: Action {
    static let title = "Publish a message"
    static let summary = "Sends a message to all who listen to a channel just now."
    static let effect = Effect.write
    static let documentation: String? = "https://redis.io/docs/latest/commands/publish/"
    static let examples = [Example("A change", input: ["channel": "orders", "message": ["id": 7, "state": "paid"]])]

    struct Input: Fields {
        @Field("The channel.", .length(1...65_536)) var channel: String
        @Field("The message: a text as it is, anything else as JSON text.") var message: JSON
    }

    struct Output: Fields {
        @Field("How many got it.") var receivers: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let words = [Array("PUBLISH".utf8), Array(input.channel.utf8), ValueFormat.bytes(of: input.message)]
        let count = try await context.withRedis { try $0.command(words).count(of: "PUBLISH") }
        return Output { $0.receivers = count }
    }
}
