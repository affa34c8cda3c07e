public import ConnectorSDK

/// News of sites: RSS 2.0 (https://www.rssboard.org/rss-specification) and Atom (RFC 4287).
public let rss = Connector(
    id: "rss", version: "1.0.0", name: "RSS", summary: "Entries of feeds: RSS 2.0, RSS 1.0 and Atom.",
    category: .developer, license: "Apache-2.0", documentation: "https://www.rssboard.org/rss-specification",
    hosts: [.any], isolation: .inProcess, limits: Connector.Limits(concurrency: 32, timeout: .seconds(30)),
    actions: [ReadFeed.self], polls: [NewEntries.self])
