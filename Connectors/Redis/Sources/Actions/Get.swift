import ConnectorSDK
import PatchbayJSON

struct Get: Action {
    static let title = "Get a value"
    static let summary = "Reads the value of a key."
    static let effect = Effect.read
    static let documentation: String? = "https://redis.io/docs/latest/commands/get/"
    static let examples = [Example("An object", input: ["key": "order:7", "format": "json"])]

    struct Input: Fields {
        @Field("The key.", .length(1...65_536)) var key: String
        @Field("How the value is given.", default: .text) var format: ValueFormat
    }

    struct Output: Fields {
        @Field("The value; null when there is none.") var value: JSON
        @Field("Whether there is one.") var exists: Bool
        @Field("Milliseconds until it goes by itself; absent when it stays.") var expiresInMs: Int?
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let (reply, left) = try await context.withRedis { redis in
            (try redis.command(["GET", input.key]), try redis.command(["PTTL", input.key]).int ?? -1)
        }
        let value = try input.format.value(of: reply)
        return Output {
            $0.value = value
            $0.exists = !reply.isNull
            $0.expiresInMs = left >= 0 ? left : nil
        }
    }
}
