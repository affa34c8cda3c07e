import ConnectorSDK
import PatchbayJSON

struct NewStreamEntries: PollTrigger {
    static let title = "New entries of a stream"
    static let summary = "Tells what was added to a stream since the last time, oldest first."
    static let documentation: String? = "https://redis.io/docs/latest/commands/xread/"
    static let examples = [Example("Events, waited for", input: ["key": "events", "wait_ms": 5000])]

    struct Input: Fields {
        @Field("The key.", .length(1...65_536)) var key: String
        @Field("How many at most at a time.", .range(1...10_000), default: 100) var limit: Int
        @Field("Where the first poll begins: with what comes from then on, or with the oldest entry.", default: .now)
        var from: Beginning
        @Field("Milliseconds to wait for the first entry.", .range(0...20_000), default: 0) var waitMs: Int
        @Field("How the fields' values are given.", default: .text) var format: ValueFormat
    }

    enum Beginning: String, FieldChoice { case now, oldest }

    struct Event: Fields {
        @Field("Id of the entry, unique in the stream.") var id: String
        @Field("Its fields with their values.") var fields: JSONObject
    }

    func poll(_ input: Input, after cursor: JSON?, in context: Context) async throws -> Polled<Event> {
        if let cursor, cursor.string == nil { throw ConnectorError.invalid("/cursor", "is no id of an entry") }
        let after = cursor?.string
        let (start, reply) = try await context.withRedis { redis -> (String, RESPValue) in
            let start = try after ?? (input.from == .oldest ? "0" : Self.newest(input.key, redis))
            var words = ["XREAD", "COUNT", "\(input.limit)"]
            if input.waitMs > 0 { words += ["BLOCK", "\(input.waitMs)"] }
            return (start, try redis.command(words + ["STREAMS", input.key, start]))
        }
        let events = try Self.entries(Self.stream(reply)).map { id, pairs in
            var fields = JSONObject()
            for pair in pairs { fields[pair.key.string ?? ""] = try input.format.value(of: pair.value) }
            return Event {
                $0.id = id
                $0.fields = fields
            }
        }
        return Polled(events, cursor: .string(events.last?.id ?? start))
    }

    /// There is one stream: in a map of its name to entries, or in the older protocol in an array of such pairs.
    private static func stream(_ reply: RESPValue) -> RESPValue? {
        if case .map(let pairs) = reply { pairs.first?.value } else { reply.elements?.first?.elements?.last }
    }

    /// The id of the last entry, so that only later ones count.
    private static func newest(_ key: String, _ redis: RedisConnection) throws -> String {
        let last = try redis.command(["XREVRANGE", key, "+", "-", "COUNT", "1"])
        return last.elements?.first?.elements?.first?.string ?? "0"
    }

    private static func entries(_ reply: RESPValue?) throws(ConnectorError) -> [(id: String, fields: [RESPValue.Pair])]
    {
        var entries: [(id: String, fields: [RESPValue.Pair])] = []
        for entry in reply?.elements ?? [] {
            guard let parts = entry.elements, parts.count == 2, let id = parts[0].string else {
                throw ConnectorError(.upstream, "Redis answered XREAD with something else than entries.", effect: .none)
            }
            // Fields of an entry that was deleted meanwhile are null.
            entries.append((id, parts[1].pairs ?? []))
        }
        return entries
    }
}
