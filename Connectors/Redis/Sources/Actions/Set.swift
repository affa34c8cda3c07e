import ConnectorSDK
import PatchbayJSON

struct Set: Action {
    static let title = "Set a value"
    static let summary = "Writes the value of a key, in place of the one that is there."
    static let effect = Effect.write
    static let documentation: String? = "https://redis.io/docs/latest/commands/set/"
    static let examples = [
        Example("For an hour", input: ["key": "order:7", "value": ["state": "paid"], "expire_seconds": 3600]),
        Example("A lock", input: ["key": "lock:import", "value": "1", "only_if": "absent", "expire_seconds": 60]),
    ]

    struct Input: Fields {
        @Field("The key.", .length(1...65_536)) var key: String
        @Field("The value: a text as it is, anything else as JSON text.") var value: JSON
        @Field("Seconds until it goes by itself; it stays when absent.", .range(1...3_153_600_000))
        var expireSeconds: Int?
        @Field("Writes only if there is a value already, or none.") var onlyIf: Condition?
    }

    enum Condition: String, FieldChoice { case absent, present }

    struct Output: Fields {
        @Field("Whether it was written; false when the condition did not hold.") var written: Bool
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        var words = [Array("SET".utf8), Array(input.key.utf8), ValueFormat.bytes(of: input.value)]
        if let seconds = input.expireSeconds { words += [Array("EX".utf8), Array("\(seconds)".utf8)] }
        if let condition = input.onlyIf { words.append(Array((condition == .absent ? "NX" : "XX").utf8)) }
        let command = words
        let reply = try await context.withRedis { try $0.command(command) }
        return Output { $0.written = !reply.isNull }
    }
}
