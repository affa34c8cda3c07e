import ConnectorSDK
import PatchbayJSON

struct StreamAdd: Action {
    static let title = "Add to a stream"
    static let summary = "Appends an entry to a stream, which begins to exist with the first."
    static let effect = Effect.write
    static let documentation: String? = "https://redis.io/docs/latest/commands/xadd/"
    static let examples = [
        Example("An event", input: ["key": "events", "fields": ["kind": "paid", "order": 7], "max_length": 10_000])
    ]

    struct Input: Fields {
        @Field("The key.", .length(1...65_536)) var key: String
        @Field("The entry's fields: texts as they are, anything else as JSON text. At least one.") var fields:
            JSONObject
        @Field("How many entries stay, about; the oldest go.", .range(1...1_000_000_000)) var maxLength: Int?
    }

    struct Output: Fields {
        @Field("Id of the entry.") var id: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        guard !input.fields.isEmpty else { throw ConnectorError.invalid("/fields", "is empty") }
        var words = [Array("XADD".utf8), Array(input.key.utf8)]
        if let length = input.maxLength { words += ["MAXLEN", "~", "\(length)"].map { Array($0.utf8) } }
        words.append([UInt8(ascii: "*")])
        for member in input.fields { words += [Array(member.name.utf8), ValueFormat.bytes(of: member.value)] }
        let command = words
        let reply = try await context.withRedis { try $0.command(command) }
        return Output { $0.id = reply.string ?? "" }
    }
}
