import ConnectorSDK
import PatchbayJSON

struct HashDelete: Action {
    static let title = "Delete fields of a hash"
    static let summary = "Deletes fields of a hash; with its last one the hash is gone."
    static let effect = Effect.delete
    static let isIdempotent = true
    static let documentation: String? = "https://redis.io/docs/latest/commands/hdel/"
    static let examples = [Example("One", input: ["key": "user:7", "fields": ["age"]])]

    struct Input: Fields {
        @Field("The key.", .length(1...65_536)) var key: String
        @Field("The fields.", .length(1...10_000)) var fields: [String]
    }

    struct Output: Fields {
        @Field("How many there were.") var deleted: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let count = try await context.withRedis {
            try $0.command(["HDEL", input.key] + input.fields).count(of: "HDEL")
        }
        return Output { $0.deleted = count }
    }
}
