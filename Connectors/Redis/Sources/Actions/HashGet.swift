import ConnectorSDK
import PatchbayJSON

struct HashGet: Action {
    static let title = "Read a hash"
    static let summary = "Reads fields of a hash, or all of them."
    static let effect = Effect.read
    static let documentation: String? = "https://redis.io/docs/latest/commands/hgetall/"
    static let examples = [Example("Two fields", input: ["key": "user:7", "fields": ["name", "email"]])]

    struct Input: Fields {
        @Field("The key.", .length(1...65_536)) var key: String
        @Field("The fields; all when absent.", .length(1...10_000)) var fields: [String]?
        @Field("How the values are given.", default: .text) var format: ValueFormat
    }

    struct Output: Fields {
        @Field("The fields with their values; a field that there is not is null.") var values: JSONObject
        @Field("Whether there is anything of it.") var exists: Bool
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        var values = JSONObject()
        if let fields = input.fields {
            let reply = try await context.withRedis { try $0.command(["HMGET", input.key] + fields) }
            for (field, value) in zip(fields, reply.elements ?? []) {
                values[field] = try input.format.value(of: value)
            }
        } else {
            let reply = try await context.withRedis { try $0.command(["HGETALL", input.key]) }
            for pair in reply.pairs ?? [] { values[pair.key.string ?? ""] = try input.format.value(of: pair.value) }
        }
        let found = values
        return Output {
            $0.values = found
            $0.exists = found.contains { !$0.value.isNull }
        }
    }
}
