package import PatchbayCore
package import PatchbayJSON

extension TemplateDocument {
    private static let longestName = 64
    private static let longestTag = 40

    /// Reads a document and lists everything that is wrong with its shape; nil when it cannot be used.
    package static func read(_ json: JSON) -> (document: TemplateDocument?, problems: [Problem]) {
        guard case .object(let object) = json else {
            let problem = Problem(
                code: "wrong-type", pointer: "", message: "the template must be an object, and this is \(json.article)",
                hint: "write {\"name\": …, \"version\": …, \"category\": …, \"workflow\": {…}}")
            return (nil, [problem])
        }
        var reader = MemberReader(object, at: "", subject: "the template")
        let document = read(&reader)
        return (reader.problems.isEmpty ? document : nil, reader.problems)
    }

    private static func read(_ reader: inout MemberReader) -> TemplateDocument? {
        reader.refuseUnknown(known: members)
        let bytes = JSON.object(reader.object).bytes().count
        guard bytes <= TemplateLimits.bytes else {
            reader.report(
                "too-large", "the template has \(bytes) bytes, and \(TemplateLimits.bytes) are the most",
                hint: "move large values out of the workflow")
            return nil
        }
        let name = name(&reader)
        let version = version(&reader)
        let category = reader.word("category", of: TemplateCategory.self, required: true)
        let title = reader.text("title")
        let about = reader.text("description", required: true, limit: 1_000)
        let author = reader.text("author", limit: 100)
        let changes = reader.text("changelog", limit: 10_000)
        let (tags, cover) = (tags(&reader), cover(&reader))
        let credentials = list("required_credentials", most: TemplateLimits.needs, &reader, CredentialNeed.read)
        let connectors = list("required_connectors", most: TemplateLimits.needs, &reader, ConnectorNeed.read)
        let parameters = list("parameters", most: TemplateLimits.parameters, &reader, TemplateParameter.read)
        refuseTwins(credentials.map(\.name), "required_credentials", &reader)
        refuseTwins(connectors.map(\.connector), "required_connectors", &reader)
        refuseTwins(parameters.map(\.name), "parameters", &reader)
        let workflow = workflow(&reader)
        let readMe = readMe(&reader)
        guard let name, let version, let category, let about, let workflow else { return nil }
        return TemplateDocument(
            name: name, version: version, title: title ?? "", about: about, author: author ?? "", category: category,
            tags: tags, cover: cover, credentials: credentials, connectors: connectors, parameters: parameters,
            workflow: workflow, readMe: readMe ?? "", sampleInput: reader.object["sample_input"],
            expected: reader.object["expected"], changes: changes ?? "")
    }

    // MARK: Members

    private static func name(_ reader: inout MemberReader) -> String? {
        guard let name = reader.text("name", required: true) else { return nil }
        let isName = (1...longestName).contains(name.utf8.count) && name.utf8.allSatisfy(isSlugByte)
        guard isName, name.utf8.first != 0x2D, name.utf8.last != 0x2D else {
            reader.report(
                "bad-value", at: "name", "\(name.quoted) is no name of a template",
                hint: "write 1 to \(longestName) lower-case letters, digits and -, such as \"deployment-notifier\"")
            return nil
        }
        return name
    }

    private static func isSlugByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
    }

    private static func version(_ reader: inout MemberReader) -> Version? {
        guard let text = reader.text("version", required: true) else { return nil }
        guard let version = Version(text) else {
            reader.report(
                "bad-value", at: "version", "\(text.quoted) is no version",
                hint: "write major.minor.patch (https://semver.org), such as \"1.0.0\"")
            return nil
        }
        return version
    }

    private static func tags(_ reader: inout MemberReader) -> [String] {
        let values = reader.array("tags") ?? []
        let tags = values.compactMap(\.string).filter {
            (1...longestTag).contains($0.utf8.count) && $0.utf8.allSatisfy(isSlugByte)
        }
        if tags.count != values.count || tags.count > TemplateLimits.tags {
            reader.report(
                "bad-value", at: "tags", "\"tags\" must hold at most \(TemplateLimits.tags) words",
                hint: "write 1 to \(longestTag) lower-case letters, digits and - for each")
        }
        return tags.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private static func cover(_ reader: inout MemberReader) -> String? {
        guard let cover = reader.text("cover", limit: 2_000) else { return nil }
        let isPicture =
            cover.hasPrefix("https://") && cover.utf8.count > 8
            && cover.utf8.allSatisfy { (0x21...0x7E).contains($0) && ![0x22, 0x27, 0x3C, 0x3E, 0x5C].contains($0) }
        guard isPicture else {
            reader.report(
                "bad-value", at: "cover", "\"cover\" must be the address of a picture",
                hint: "it begins with https://, without blanks and quotes")
            return nil
        }
        return cover
    }

    private static func workflow(_ reader: inout MemberReader) -> JSON? {
        guard let workflow = reader.object("workflow", required: true).map(JSON.object) else { return nil }
        let nodes = TemplateLimits.nodes(in: workflow)
        guard nodes <= TemplateLimits.nodes else {
            reader.report(
                "too-large", at: "workflow",
                "the workflow has \(nodes) nodes, and a template may have \(TemplateLimits.nodes)",
                hint: "split it into several templates")
            return nil
        }
        return workflow
    }

    private static func readMe(_ reader: inout MemberReader) -> String? {
        guard let text = reader.text("readme", limit: TemplateLimits.readMe) else { return nil }
        if text.utf8.count > TemplateLimits.readMe {
            reader.report(
                "too-large", at: "readme",
                "the read-me has \(text.utf8.count) bytes, and \(TemplateLimits.readMe) are the most")
        }
        return text
    }

    // MARK: Lists

    private static func list<Item>(
        _ name: String, most: Int, _ reader: inout MemberReader, _ read: (inout MemberReader) -> Item?
    ) -> [Item] {
        let values = reader.array(name) ?? []
        guard values.count <= most else {
            reader.report("too-large", at: name, "\(name.quoted) has \(values.count) items, and \(most) are the most")
            return []
        }
        var items: [Item] = []
        for (index, value) in values.enumerated() {
            let place = reader.pointer(to: name) + "/\(index)"
            guard let object = value.object else {
                reader.adopt([
                    Problem(
                        code: "wrong-type", pointer: place,
                        message: "item \(index) of \(name.quoted) must be an object, and this is \(value.article)")
                ])
                continue
            }
            var inner = MemberReader(object, at: place, subject: "item \(index) of \(name.quoted)")
            if let item = read(&inner) { items.append(item) }
            reader.adopt(inner.problems)
        }
        return items
    }

    private static func refuseTwins(_ names: [String], _ member: String, _ reader: inout MemberReader) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            reader.report("duplicate-name", at: member, "\(member.quoted) names \(name.quoted) twice")
        }
    }
}
