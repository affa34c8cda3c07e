import PatchbayJSON

extension DocumentReader {
    mutating func readPagination(_ action: DocumentNode, _ names: Names) -> Pagination? {
        guard let node = findings.object("pagination", of: action) else { return nil }
        let word = findings.required("kind", of: node, need: "`cursor`, `page`, `offset` or `link`") {
            $0.string.flatMap { ["cursor", "page", "offset", "link"].contains($0) ? $0 : nil }
        }
        let kind: Pagination.Kind?
        var allowed = ["kind", "items", "start", "max_pages", "max_items"]
        let needsParameter = word != "link"
        switch word {
        case "cursor":
            allowed += ["cursor", "parameter", "in", "size_parameter", "size"]
            let need = "the pointer to the next cursor in the body, such as `/next_cursor`"
            kind = findings.required("cursor", of: node, need: need) { $0.string.flatMap { JSONPointer($0) } }
                .map(Pagination.Kind.cursor)
        case "page":
            allowed += ["first", "parameter", "in", "size_parameter", "size"]
            kind = .page(first: findings.whole("first", of: node, 0...1) ?? 1)
        case "offset":
            allowed += ["parameter", "in", "size_parameter", "size"]
            kind = .offset
        case "link":
            allowed += ["next", "relation"]
            if node.member("next") != nil {
                kind = findings.pointer("next", of: node).map(Pagination.Kind.address)
            } else {
                kind = .header(relation: findings.text("relation", of: node, longest: 63) ?? "next")
            }
        default: kind = nil
        }
        let parameter = needsParameter ? findings.text("parameter", of: node, longest: 200) ?? word ?? "" : ""
        let place = findings.optional("in", of: node, need: "`query`, `json` or `form`") {
            $0.string.flatMap(Pagination.Place.init(rawValue:))
        }
        let size = findings.whole("size", of: node, 1...10_000)
        let sizeParameter = findings.text("size_parameter", of: node, longest: 200)
        if (size == nil) != (sizeParameter == nil) {
            findings.problem(node.pointer, "has only one of `size` and `size_parameter`", need: "both, or none")
        }
        let items = findings.pointer("items", of: node) ?? JSONPointer()
        let start = readStart(node, names)
        let pages = readBound("max_pages", of: node, 10, Pagination.mostPages, names)
        let most = readBound("max_items", of: node, 1_000, Pagination.mostItems, names)
        findings.onlyKnown(allowed, of: node)
        guard let kind else { return nil }
        return Pagination(
            kind: kind, items: items, parameter: parameter, place: place ?? .query,
            size: size.flatMap { size in sizeParameter.map { (parameter: $0, count: size) } }, start: start,
            maxPages: pages,
            maxItems: most)
    }

    private mutating func readStart(_ node: DocumentNode, _ names: Names) -> Template? {
        guard let member = node.member("start"), let template = findings.template(member) else { return nil }
        check(template, at: member.pointer, names)
        return template
    }

    private mutating func readBound(
        _ name: String, of node: DocumentNode, _ usual: Int64, _ most: Int64, _ names: Names
    ) -> Template {
        let fallback = Template(parts: [.text(String(usual))])
        guard let member = node.member(name), let template = findings.template(member) else { return fallback }
        check(template, at: member.pointer, names)
        if let literal = template.literal, !(Int64(literal).map { (1...most).contains($0) } ?? false) {
            findings.problem(
                member.pointer, "is \(findings.shown(member.value))",
                need: "a whole number from 1 to \(most), or a template such as `{{ input.limit ?? \(usual) }}`")
        }
        return template
    }
}

extension Pagination {
    /// Of what a paged action answers when it does not say otherwise.
    static let outputSchema: JSON = [
        "type": "object", "required": ["items", "has_more"],
        "properties": [
            "items": ["type": "array", "description": "The elements of all pages that were asked for."],
            "has_more": ["type": "boolean", "description": "Whether there are more."],
            "next": ["description": "Where to go on; only there when the last page was taken whole."],
        ],
    ]
}
