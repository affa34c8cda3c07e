import ConnectorSDK
import PatchbayJSON

struct ListRange: Action {
    static let title = "Read a list"
    static let summary = "Reads a part of a list, which stays as it is."
    static let effect = Effect.read
    static let documentation: String? = "https://redis.io/docs/latest/commands/lrange/"
    static let examples = [Example("The first ten", input: ["key": "jobs", "stop": 9])]

    struct Input: Fields {
        @Field("The key.", .length(1...65_536)) var key: String
        @Field("The first place, from 0; negative ones count from the end.", default: 0) var start: Int
        @Field("The last place; -1 is the end.", default: -1) var stop: Int
        @Field("How the values are given.", default: .text) var format: ValueFormat
    }

    struct Output: Fields {
        @Field("The values.") var values: [JSON]
        @Field("How long the whole list is.") var length: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let (reply, length) = try await context.withRedis { redis in
            let reply = try redis.command(["LRANGE", input.key, "\(input.start)", "\(input.stop)"])
            return (reply, try redis.command(["LLEN", input.key]).count(of: "LLEN"))
        }
        let values = try (reply.elements ?? []).map { try input.format.value(of: $0) }
        return Output {
            $0.values = values
            $0.length = length
        }
    }
}
