import PatchbayCore
import PatchbayJSON

/// `{"name", "bio", "avatar", "links": [{"title", "url"}]}`: what a tenant says of itself to all others.
struct PublisherBody {
    let name: String
    let bio: String
    let avatar: String?
    let links: [PublisherProfile.Link]

    init(_ body: JSON) throws(APIError) {
        var reader = try MemberReader(body: body, known: ["name", "bio", "avatar", "links"])
        name = reader.text("name", required: true, limit: 100) ?? ""
        bio = reader.text("bio", limit: 4_000) ?? ""
        avatar = Self.address("avatar", &reader)
        if name != name.trimmed {
            reader.report("bad-value", at: "name", "\"name\" must not begin or end with blanks")
        }
        let given = reader.array("links") ?? []
        if given.count > PublisherProfile.mostLinks {
            reader.report("too-large", at: "links", "at most \(PublisherProfile.mostLinks) links are shown")
        }
        var links: [PublisherProfile.Link] = []
        for (index, value) in given.prefix(PublisherProfile.mostLinks).enumerated() {
            var link = MemberReader(
                value.object ?? [:], at: reader.pointer(to: "links") + "/\(index)", subject: "the link")
            link.refuseUnknown(known: ["title", "url"])
            let title = link.text("title", required: true, limit: 100)
            let address = Self.address("url", required: true, &link)
            reader.adopt(link.problems)
            if let title, let address { links.append(PublisherProfile.Link(title: title, address: address)) }
        }
        self.links = links
        try reader.check()
    }

    /// What a page can show and link to without harm.
    private static func address(_ name: String, required: Bool = false, _ reader: inout MemberReader) -> String? {
        guard let text = reader.text(name, required: required, limit: 2_000) else { return nil }
        let quotes: [UInt8] = [0x22, 0x27, 0x3C, 0x3E, 0x5C, 0x60]
        let host = text.dropFirst("https://".count).prefix { !"/?#".contains($0) }
        let isAddress =
            text.hasPrefix("https://") && !host.isEmpty && !host.contains("@")
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !quotes.contains($0) }
        guard isAddress else {
            reader.report(
                "bad-value", at: name, "\(name.quoted) of \(reader.subject) must be an address",
                hint: "it begins with https:// and a host, without blanks, quotes and names of users")
            return nil
        }
        return text
    }
}

extension String {
    /// Without blanks at either end.
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension PublisherProfile {
    var json: JSONObject {
        [
            "id": .string(id.description), "name": .string(name), "bio": .string(bio),
            "avatar": avatar.map(JSON.string) ?? .null,
            "links": .array(links.map { ["title": .string($0.title), "url": .string($0.address)] }),
            "created_at": .string(createdAt.description), "updated_at": .string(updatedAt.description),
        ]
    }
}
