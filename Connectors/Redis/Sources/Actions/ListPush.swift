import ConnectorSDK
import PatchbayJSON

struct ListPush: Action {
    static let title = "Push onto a list"
    static let summary = "Adds values to an end of a list, which begins to exist with the first."
    static let effect = Effect.write
    static let documentation: String? = "https://redis.io/docs/latest/commands/rpush/"
    static let examples = [Example("Work to do", input: ["key": "jobs", "values": [["id": 7], ["id": 8]]])]

    struct Input: Fields {
        @Field("The key.", .length(1...65_536)) var key: String
        @Field("The values, in their order: texts as they are, anything else as JSON text.", .length(1...10_000))
        var values: [JSON]
        @Field("At which end.", default: .tail) var end: ListEnd
    }

    struct Output: Fields {
        @Field("How long the list is now.") var length: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let verb = input.end == .tail ? "RPUSH" : "LPUSH"
        let words = [Array(verb.utf8), Array(input.key.utf8)] + input.values.map(ValueFormat.bytes)
        let length = try await context.withRedis { try $0.command(words).count(of: verb) }
        return Output { $0.length = length }
    }
}

/// An end of a list.
enum ListEnd: String, FieldChoice { case head, tail }
