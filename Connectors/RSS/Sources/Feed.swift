import ConnectorSDK
import XMLDocuments

/// A feed, read from its document.
struct Feed {
    var title: String?
    /// In the feed's order, which is mostly newest first.
    var entries: [Entry]

    /// Throws `ConnectorError` of code `upstream` for what is no feed.
    init(_ text: String) throws(ConnectorError) {
        let root: XMLElement
        do {
            root = try XMLParser.parse(text)
        } catch {
            throw ConnectorError(.upstream, "The answer is no feed: \(error.description).", effect: .none)
        }
        switch root.localName {
        case "rss":
            title = root["channel"]?["title"]?.text
            entries = (root["channel"]?.all("item") ?? []).map(Self.item)
        case "RDF":
            title = root["channel"]?["title"]?.text
            entries = root.all("item").map(Self.item)
        case "feed":
            title = root["title"]?.text
            entries = root.all("entry").map(Self.entry)
        default:
            throw ConnectorError(
                .upstream,
                "The answer is no feed: its first element is `\(root.name)`, not `rss`, `feed` or `rdf:RDF`.",
                effect: .none)
        }
    }

    /// Of RSS; `dc:creator` and `dc:date` are what RSS 1.0 and many others have.
    private static func item(_ item: XMLElement) -> Entry {
        let link = item["link"]?.trimmed ?? item.attribute("rdf:about")
        let published = item["pubDate"]?.trimmed ?? item["date"]?.trimmed
        return Entry {
            $0.id = item["guid"]?.trimmed ?? link ?? "\(item["title"]?.trimmed ?? "") \(published ?? "")"
            $0.title = item["title"]?.trimmed
            $0.link = link
            $0.published = published
            $0.updated = nil
            $0.author = item["author"]?.trimmed ?? item["creator"]?.trimmed
            $0.summary = item["description"]?.trimmed ?? item["encoded"]?.trimmed
            $0.categories = item.all("category").compactMap(\.trimmed)
            $0.enclosures = item.all("enclosure").compactMap { $0.attribute("url") }
        }
    }

    /// Of Atom.
    private static func entry(_ entry: XMLElement) -> Entry {
        let links = entry.all("link")
        let link = links.first { ($0.attribute("rel") ?? "alternate") == "alternate" }?.attribute("href")
        let times = (published: entry["published"]?.trimmed, updated: entry["updated"]?.trimmed)
        return Entry {
            $0.id = entry["id"]?.trimmed ?? link ?? "\(entry["title"]?.trimmed ?? "") \(times.updated ?? "")"
            $0.title = entry["title"]?.trimmed
            $0.link = link
            $0.published = times.published
            $0.updated = times.updated
            $0.author = entry["author"]?["name"]?.trimmed
            $0.summary = entry["summary"]?.trimmed ?? entry["content"]?.trimmed
            $0.categories = entry.all("category").compactMap { $0.attribute("term") }
            $0.enclosures = links.filter { $0.attribute("rel") == "enclosure" }.compactMap { $0.attribute("href") }
        }
    }
}

extension XMLElement {
    /// The text without white space around it; nil when there is nothing else.
    fileprivate var trimmed: String? {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" }
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text.isEmpty ? nil : String(text)
    }

    fileprivate func attribute(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
}
