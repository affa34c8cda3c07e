import PatchbayJSON

extension DocumentReader {
    private static let bodies = ["json", "form", "text"]

    mutating func readRequest(_ node: DocumentNode, _ names: Names) -> RequestTemplate? {
        let method = findings.optional(
            "method", of: node, need: RequestTemplate.methods.map { "`\($0)`" }.joined(separator: ", ")
        ) { $0.string.flatMap { RequestTemplate.methods.contains($0.uppercased()) ? $0.uppercased() : nil } }
        var path = Template(parts: [])
        if let member = node.member("path"), let template = findings.template(member) {
            path = template
            check(template, at: member.pointer, names)
            let first = template.parts.first
            let isBelow: Bool =
                switch first {
                case nil: true
                case .text(let text)?: text.hasPrefix("/") || text.hasPrefix("?")
                case .expression?: false
                }
            if !isBelow {
                findings.problem(
                    member.pointer, "is \(findings.shown(member.value))",
                    need: "a path below base_url that begins with `/`")
            }
            let text = member.value.string ?? ""
            if text.contains("?") {
                findings.problem(member.pointer, "holds a `?`", need: "parameters under `query`")
            }
        }
        let query = readMembers("query", of: node, names)
        let headers = readHeaders(node, names)
        let present = Self.bodies.filter { node.member($0) != nil }
        if present.count > 1 {
            findings.problem(node.pointer, "has \(present.joined(separator: " and "))", need: "one body")
        }
        if let first = present.first, method == nil || method == "GET" || method == "HEAD" {
            findings.problem(
                node.pointer.appending(first), "is a body, which \(method ?? "GET") requests have not",
                need: "`method: POST`, or parameters under `query`")
        }
        let body = readBody(node, names)
        let redirects = findings.whole("redirects", of: node, 0...10)
        findings.onlyKnown(["method", "path", "query", "headers", "redirects"] + Self.bodies, of: node)
        let isSafe = method == nil || method == "GET" || method == "HEAD"
        let own = Set(headers.map { $0.name.lowercased() })
        return RequestTemplate(
            method: method ?? "GET", path: path, query: query,
            headers: defaultHeaders.filter { !own.contains($0.name.lowercased()) } + headers, body: body,
            redirects: redirects.map(Int.init) ?? (isSafe ? 5 : 0))
    }

    private mutating func readBody(_ node: DocumentNode, _ names: Names) -> RequestTemplate.Body {
        if let json = node.member("json") {
            return readValue(json, names).map(RequestTemplate.Body.json) ?? RequestTemplate.Body.none
        }
        if node.member("form") != nil { return .form(readMembers("form", of: node, names)) }
        if let text = node.member("text"), let template = findings.template(text) {
            check(template, at: text.pointer, names)
            return .text(template)
        }
        return .none
    }

    private mutating func readMembers(
        _ name: String, of node: DocumentNode, _ names: Names
    ) -> [ValueTemplate.Member] {
        guard let member = findings.object(name, of: node) else { return [] }
        var members: [ValueTemplate.Member] = []
        for (name, inner) in member.members {
            guard let value = readValue(inner, names) else { continue }
            members.append(.init(name: name, value: value))
        }
        return members
    }

    mutating func readHeaders(_ node: DocumentNode, _ names: Names) -> [RequestTemplate.Header] {
        guard let member = findings.object("headers", of: node) else { return [] }
        var headers: [RequestTemplate.Header] = []
        for (name, inner) in member.members {
            let isName = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
            if !isName { findings.problem(inner.pointer, "is no header's name", need: "visible ASCII without `:`") }
            if ["authorization", "proxy-authorization", "cookie"].contains(name.lowercased()) {
                findings.problem(
                    inner.pointer, "would carry a secret in the open",
                    need: "a slot under `auth`: the host attaches the credential itself")
            }
            guard let value = findings.template(inner) else { continue }
            check(value, at: inner.pointer, names)
            headers.append(.init(name: name, value: value))
        }
        return headers
    }

    /// A value with templates in it, at most 64 levels deep.
    mutating func readValue(_ node: DocumentNode, _ names: Names, depth: Int = 0) -> ValueTemplate? {
        guard depth < 64 else {
            findings.problem(node.pointer, "is nested too deeply", need: "at most 64 levels")
            return nil
        }
        switch node.value {
        case .string(let text):
            guard let template = findings.template(node) else { return nil }
            check(template, at: node.pointer, names)
            return template.literal == nil ? .text(template) : .literal(.string(template.literal ?? text))
        case .array:
            var elements: [ValueTemplate] = []
            for element in node.elements {
                if let value = readValue(element, names, depth: depth + 1) { elements.append(value) }
            }
            return .array(elements)
        case .object:
            if node.value["$each"] != nil || node.value["$as"] != nil { return readEach(node, names, depth: depth) }
            var members: [ValueTemplate.Member] = []
            for (name, inner) in node.members {
                if let value = readValue(inner, names, depth: depth + 1) {
                    members.append(.init(name: name, value: value))
                }
            }
            return .object(members)
        default: return .literal(node.value)
        }
    }

    private mutating func readEach(_ node: DocumentNode, _ names: Names, depth: Int) -> ValueTemplate? {
        guard let source = node.member("$each"), let element = node.member("$as"), node.members.count == 2 else {
            findings.problem(
                node.pointer, "is no loop", need: #"{"$each": "{{ body.items }}", "$as": …} and nothing else"#)
            return nil
        }
        var inner = names
        inner.isEach = true
        guard let template = findings.template(source) else { return nil }
        check(template, at: source.pointer, names)
        guard let value = readValue(element, inner, depth: depth + 1) else { return nil }
        return .each(template, value)
    }
}
