import ConnectorSDK
import PatchbayJSON

struct Delete: Action {
    static let title = "Delete keys"
    static let summary = "Deletes keys with all that they hold. Keys that do not exist are no failure."
    static let effect = Effect.delete
    static let isIdempotent = true
    static let documentation: String? = "https://redis.io/docs/latest/commands/del/"
    static let examples = [Example("Two", input: ["keys": ["order:7", "order:8"]])]

    struct Input: Fields {
        @Field("The keys.", .length(1...10_000)) var keys: [String]
    }

    struct Output: Fields {
        @Field("How many there were.") var deleted: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let count = try await context.withRedis { try $0.command(["DEL"] + input.keys).count(of: "DEL") }
        return Output { $0.deleted = count }
    }
}
