import ConnectorSDK
import PatchbayJSON

struct ReadFeed: Action {
    static let title = "Read a feed"
    static let summary = "Gives the entries that a feed has now."
    static let effect = Effect.read
    static let documentation: String? = "https://www.rssboard.org/rss-specification"
    static let examples = [Example("A site's news", input: ["url": "https://example.com/feed.xml", "limit": 10])]

    struct Input: Fields {
        @Field("Address of the feed.", .length(1...2048), .format("uri")) var url: String
        @Field("How many entries at most.", .range(1...1000), default: 100) var limit: Int
    }

    struct Output: Fields {
        @Field("What the feed is called.") var title: String?
        @Field("Its entries, in its own order.") var entries: [Entry]
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let found = try await context.feed(input.url)?.feed
        return Output {
            $0.title = found?.title
            $0.entries = Array((found?.entries ?? []).prefix(input.limit))
        }
    }
}
