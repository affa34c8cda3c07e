import ConnectorSDK
import PatchbayJSON

struct NewEntries: PollTrigger {
    static let title = "New entries"
    static let summary = """
        Tells the entries of a feed, oldest first, whenever it has changed. Entries that were told before come again as long as \
        the feed has them: tell them apart by `id`.
        """
    static let documentation: String? = "https://www.rssboard.org/rss-specification"
    static let examples = [Example("A site's news", input: ["url": "https://example.com/feed.xml"])]

    struct Input: Fields {
        @Field("Address of the feed.", .length(1...2048), .format("uri")) var url: String
    }

    func poll(_ input: Input, after cursor: JSON?, in context: Context) async throws -> Polled<Entry> {
        guard let (feed, tags) = try await context.feed(input.url, unlessAs: cursor) else {
            return Polled([], cursor: cursor ?? [:])
        }
        return Polled(feed.entries.reversed(), cursor: .object(tags))
    }
}
