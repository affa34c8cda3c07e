import ConnectorSDK
import PatchbayJSON

struct ListPop: Action {
    static let title = "Pop from a list"
    static let summary = "Takes values from an end of a list."
    static let effect = Effect.write
    static let documentation: String? = "https://redis.io/docs/latest/commands/lpop/"
    static let examples = [Example("The next one", input: ["key": "jobs", "format": "json"])]

    struct Input: Fields {
        @Field("The key.", .length(1...65_536)) var key: String
        @Field("How many at most.", .range(1...10_000), default: 1) var limit: Int
        @Field("From which end.", default: .head) var end: ListEnd
        @Field("How the values are given.", default: .text) var format: ValueFormat
    }

    struct Output: Fields {
        @Field("The values; empty when the list is.") var values: [JSON]
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let verb = input.end == .head ? "LPOP" : "RPOP"
        // One by one: only servers from 6.2 on take a count.
        let replies = try await context.withRedis { redis in
            var replies: [RESPValue] = []
            while replies.count < input.limit {
                let reply = try redis.command([verb, input.key])
                guard !reply.isNull else { break }
                replies.append(reply)
            }
            return replies
        }
        var values: [JSON] = []
        for reply in replies { values.append(try input.format.popped(reply)) }
        return Output { $0.values = values }
    }
}

extension ValueFormat {
    /// What was taken is gone, so that it is given in any case: what is no JSON as the text that it is.
    fileprivate func popped(_ reply: RESPValue) throws -> JSON {
        (try? value(of: reply)) ?? .string(reply.string ?? "")
    }
}
