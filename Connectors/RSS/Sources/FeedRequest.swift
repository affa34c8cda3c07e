import ConnectorSDK
import PatchbayJSON

extension Context {
    /// Reads a feed; nil when it is as it was, by what the server said of it before.
    ///
    /// - Parameter known: `etag` and `last_modified` of the answer before.
    func feed(_ url: String, unlessAs known: JSON? = nil) async throws -> (feed: Feed, tags: JSONObject)? {
        let response = try await http.send(
            HTTPRequest(
                .get, url,
                headers: [
                    ("Accept", "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"),
                    ("User-Agent", "Patchbay-RSS/\(rss.version)"),
                ] + Self.conditions(known), redirects: 5))
        if response.status == 304 { return nil }
        guard response.isSuccess else { throw ConnectorError(response) }
        var tags = JSONObject()
        if let tag = response.header("etag") { tags["etag"] = .string(tag) }
        if let moment = response.header("last-modified") { tags["last_modified"] = .string(moment) }
        return (try Feed(response.text), tags)
    }

    private static func conditions(_ known: JSON?) -> [(String, String)] {
        var headers: [(String, String)] = []
        if let tag = known?["etag"]?.string { headers.append(("If-None-Match", tag)) }
        if let moment = known?["last_modified"]?.string { headers.append(("If-Modified-Since", moment)) }
        return headers
    }
}
