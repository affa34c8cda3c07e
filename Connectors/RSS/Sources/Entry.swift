import ConnectorSDK

/// An entry of a feed, in whatever format.
struct Entry: Fields {
    @Field("What tells it from others: its `guid` or `id`, else its link, else its title and time.") var id: String
    @Field("The title, as text.") var title: String?
    @Field("Where it is to be read.") var link: String?
    @Field("When it was published, as the feed says it.") var published: String?
    @Field("When it was changed, as the feed says it.") var updated: String?
    @Field("Who wrote it.") var author: String?
    @Field("A summary, or all of it, as the feed has it; mostly HTML.") var summary: String?
    @Field("What it is about.") var categories: [String]
    @Field("Addresses of files that come with it.") var enclosures: [String]
}
