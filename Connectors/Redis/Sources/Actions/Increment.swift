import ConnectorSDK
import PatchbayJSON

struct Increment: Action {
    static let title = "Increment a number"
    static let summary = "Adds to the number of a key, which begins at 0."
    static let effect = Effect.write
    static let documentation: String? = "https://redis.io/docs/latest/commands/incrby/"
    static let examples = [
        Example("A counter for a day", input: ["key": "visits:2026-11-21", "expire_seconds": 86_400])
    ]

    struct Input: Fields {
        @Field("The key.", .length(1...65_536)) var key: String
        @Field("What is added; may be negative.", default: 1) var by: Int
        @Field("Seconds until it goes by itself, counted from its first increment.", .range(1...3_153_600_000))
        var expireSeconds: Int?
    }

    struct Output: Fields {
        @Field("The number afterwards.") var value: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let value = try await context.withRedis { redis in
            let value = try redis.command(["INCRBY", input.key, "\(input.by)"]).count(of: "INCRBY")
            if let seconds = input.expireSeconds, try redis.command(["TTL", input.key]).int == -1 {
                _ = try redis.command(["EXPIRE", input.key, "\(seconds)"])
            }
            return value
        }
        return Output { $0.value = value }
    }
}
