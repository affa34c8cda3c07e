import ConnectorSDK
import PatchbayJSON

struct Notifications: PollTrigger {
    static let title = "Notifications"
    static let summary = """
        Listens to a channel (LISTEN) and tells what is sent to it meanwhile. PostgreSQL keeps no notification for who does \
        not listen just then: use new rows for what must not be lost.
        """
    static let documentation: String? = "https://www.postgresql.org/docs/current/sql-listen.html"
    static let examples = [Example("Orders", input: ["channel": "orders", "wait_ms": 10_000])]

    struct Input: Fields {
        @Field("Name of the channel.", .length(1...63)) var channel: String
        @Field("Milliseconds to listen; it ends with the first notification.", .range(0...25_000), default: 10_000)
        var waitMs: Int
    }

    struct Event: Fields {
        @Field("What was sent: a value when it is JSON, else the text.") var payload: JSON
        @Field("The channel.") var channel: String
        @Field("Number of the server's process that sent it.") var process: Int
    }

    func poll(_ input: Input, after cursor: JSON?, in context: Context) async throws -> Polled<Event> {
        let found = try await context.withDatabase { database in
            _ = try database.run("listen \(try database.quoted(input.channel))")
            return try database.notifications(within: .milliseconds(input.waitMs))
        }
        let events = found.map { notification in
            Event {
                $0.payload = (try? JSON(parsing: notification.payload)) ?? .string(notification.payload)
                $0.channel = notification.channel
                $0.process = notification.process
            }
        }
        return Polled(events, cursor: .null)
    }
}
