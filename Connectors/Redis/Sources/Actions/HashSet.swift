import ConnectorSDK
import PatchbayJSON

struct HashSet: Action {
    static let title = "Write a hash"
    static let summary = "Writes fields of a hash; its other fields stay."
    static let effect = Effect.write
    static let isIdempotent = true
    static let documentation: String? = "https://redis.io/docs/latest/commands/hset/"
    static let examples = [Example("A user", input: ["key": "user:7", "values": ["name": "Ada", "age": 36]])]

    struct Input: Fields {
        @Field("The key.", .length(1...65_536)) var key: String
        @Field("Fields with their values: texts as they are, anything else as JSON text. At least one.") var values:
            JSONObject
    }

    struct Output: Fields {
        @Field("How many of the fields are new.") var added: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        guard !input.values.isEmpty else { throw ConnectorError.invalid("/values", "is empty") }
        var words = [Array("HSET".utf8), Array(input.key.utf8)]
        for member in input.values { words += [Array(member.name.utf8), ValueFormat.bytes(of: member.value)] }
        let command = words
        let count = try await context.withRedis { try $0.command(command).count(of: "HSET") }
        return Output { $0.added = count }
    }
}
