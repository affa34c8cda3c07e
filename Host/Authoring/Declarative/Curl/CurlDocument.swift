import DeclarativeFormat
package import PatchbayJSON

/// Makes a document out of a curl command line: what varies becomes input, secrets become a credential slot.
package struct CurlDocument: Sendable {
    package private(set) var document: JSON
    /// The action's id.
    package private(set) var action: String
    /// What its author should know.
    package private(set) var notes: [String] = []

    private var inputs = JSONObject()
    private var slots: [(name: String, declaration: JSON, what: String)] = []

    package init(_ line: String, name: String, title: String) throws(AuthoringError) {
        document = .null
        action = ""
        let curl = try CurlLine(line)
        let address = try Address(curl.url)
        if let user = address.user {
            slots.append(("account", "basic", "the user in the address (\(user.prefix(1))…)"))
        }
        if curl.user != nil { slots.append(("account", "basic", "-u")) }
        var request = JSONObject()
        var body = CurlBody(curl)
        let hasBody = !body.isEmpty && !curl.sendsDataInQuery
        let method = curl.method ?? (curl.isHead ? "HEAD" : hasBody ? "POST" : "GET")
        guard RequestTemplate.methods.contains(method) else {
            throw AuthoringError("\(method) is no method that a connector can use.")
        }
        request["method"] = .string(method)
        request["path"] = .string(path(address.path))
        var pairs = address.query
        if curl.sendsDataInQuery { pairs += body.pairs }
        request["query"] = query(pairs)
        request["headers"] = headers(curl.headers, &body)
        if hasBody {
            if method == "GET" || method == "HEAD" {
                throw AuthoringError(
                    "A \(method) request with a body cannot be taken over; use -G for parameters, or -X POST.")
            }
            fill(&request, with: body)
        }
        guard slots.count <= 1 else {
            throw AuthoringError(
                "The command line has several secrets (\(slots.map(\.what).joined(separator: ", "))); an action has one "
                    + "credential. Leave out those that are not needed.")
        }
        action = Self.actionName(method, address.path)
        assemble(name, title, address.base, request)
    }

    private mutating func assemble(_ name: String, _ title: String, _ base: String, _ request: JSONObject) {
        var whole: JSONObject = [
            "declarative": 1, "id": .string(name), "version": "1.0.0", "name": .string(title),
            "summary": .string("Actions of \(title)."), "category": "utility", "base_url": .string(base),
        ]
        if let slot = slots.first {
            whole["auth"] = [slot.name: slot.declaration]
            notes.append("\(slot.what) became the credential slot `\(slot.name)`: the secret is in no file.")
        }
        var made: JSONObject = ["summary": .string("\(request["method"]?.string ?? "") \(base)…")]
        if !inputs.isEmpty { made["input"] = .object(inputs) }
        made["request"] = .object(request)
        whole["actions"] = [action: .object(made)]
        document = .object(whole)
    }

    /// Numbers and long ids in the path become inputs, named after what stands before them.
    private mutating func path(_ path: String) -> String {
        var pieces: [String] = []
        var before = "item"
        for piece in path.split(separator: "/", omittingEmptySubsequences: false).map(String.init) {
            if Self.isID(piece) {
                let name = unique((before.hasSuffix("s") ? String(before.dropLast()) : before) + "_id")
                inputs[name] = ["type": "string", "default": .string(decoded(piece))]
                pieces.append("{{ input.\(name) }}")
            } else {
                // A text with braces would be read as a template.
                pieces.append(piece.contains("{{") ? percentEncoded(piece) : piece)
                if !piece.isEmpty { before = Self.identifier(piece) }
            }
        }
        let joined = pieces.joined(separator: "/")
        return joined.isEmpty ? "/" : joined
    }

    private mutating func query(_ pairs: [(name: String, value: String)]) -> JSON? {
        var query = JSONObject()
        for (name, value) in pairs {
            if Secrets.isParameter(name) {
                slots.append(("account", ["query": .string(name)], "the parameter `\(name)`"))
                continue
            }
            query[name] = input(named: name, given: Self.typed(value))
        }
        return query.isEmpty ? Optional<JSON>.none : .object(query)
    }

    private mutating func headers(_ given: [(name: String, value: String)], _ body: inout CurlBody) -> JSON? {
        var headers = JSONObject()
        for (name, value) in given {
            let lower = name.lowercased()
            if lower == "content-type" {
                body.contentType = value.lowercased()
                // The host sets it for these; another one is kept.
                if value.lowercased().contains("json") || value.lowercased().contains("form-urlencoded") { continue }
            }
            if let slot = Secrets.slot(name, value) {
                slots.append(("account", slot, "the header `\(name)`"))
                continue
            }
            if ["content-length", "host", "user-agent", "connection", "accept-encoding", "cookie"].contains(lower) {
                if lower == "cookie" { notes.append("The header Cookie was left out: cookies are secrets.") }
                continue
            }
            headers[name] = .string(Self.escaped(value))
        }
        return headers.isEmpty ? Optional<JSON>.none : .object(headers)
    }

    private mutating func fill(_ request: inout JSONObject, with body: CurlBody) {
        switch body.kind {
        case .json(let json):
            guard let object = json.object else {
                request["json"] = input(named: "body", given: json)
                return
            }
            var members = JSONObject()
            for member in object { members[member.name] = input(named: member.name, given: member.value) }
            request["json"] = .object(members)
        case .form(let pairs):
            var members = JSONObject()
            for (name, value) in pairs { members[name] = input(named: name, given: Self.typed(value)) }
            request["form"] = .object(members)
        case .text(let text): request["text"] = input(named: "body", given: .string(text))
        }
    }

    /// Declares an input whose default is what the command line has, unless that looks like a secret.
    private mutating func input(named name: String, given value: JSON) -> JSON {
        let known = unique(Self.identifier(name))
        if Secrets.isParameter(name) {
            inputs[known] = [
                "type": "string", "description": .string("Was left out of this file: it looks like a secret."),
            ]
            notes.append("`\(name)` looks like a secret; its value was left out, and is an input without a default.")
        } else if value.isNull {
            inputs[known] = "any?"
        } else {
            inputs[known] = ["type": .string(value.kind), "default": value]
        }
        return .string("{{ input.\(known) }}")
    }

    private func unique(_ name: String) -> String {
        var (result, number) = (name, 2)
        while inputs[result] != nil {
            result = "\(name)_\(number)"
            number += 1
        }
        return result
    }

    private static func actionName(_ method: String, _ path: String) -> String {
        let words = path.split(separator: "/").map(String.init).filter {
            !isID($0) && !$0.hasPrefix("v") || $0.count > 3 && !isID($0)
        }
        let verbs = ["GET": "get", "POST": "create", "PUT": "replace", "PATCH": "update", "DELETE": "delete"]
        let name = identifier(([verbs[method] ?? method.lowercased()] + words.suffix(2)).joined(separator: "_"))
        return String(name.lowercased().prefix(63))
    }

    /// Letters, digits and underscores, a letter first.
    static func identifier(_ text: String) -> String {
        var name = ""
        for letter in text.unicodeScalars {
            let isKept = letter.isASCII && (letter.properties.isAlphabetic || ("0"..."9").contains(letter))
            name += isKept ? String(letter) : name.hasSuffix("_") ? "" : "_"
        }
        while name.hasSuffix("_") { name.removeLast() }
        while name.hasPrefix("_") { name.removeFirst() }
        guard let first = name.first, !first.isNumber else { return "value_" + name }
        return name
    }

    private static func isID(_ text: String) -> Bool {
        guard !text.isEmpty else { return false }
        let isNumber = text.allSatisfy { $0.isASCII && $0.isNumber }
        let isLong =
            text.count >= 16 && text.contains(where: \.isNumber)
            && text.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == "-") }
        return isNumber || isLong
    }

    private static func typed(_ text: String) -> JSON {
        if let number = try? JSON(parsing: text), number.int != nil, number.text == text { return number }
        return .string(text)
    }

    private static func escaped(_ text: String) -> String { text.replacing("{{", with: #"{{ "{{" }}"#) }
}

/// A URL's parts.
private struct Address {
    var base = ""
    var user: String?
    var path = ""
    var query: [(name: String, value: String)] = []

    init(_ url: String) throws(AuthoringError) {
        guard let end = url.firstRange(of: "://"), ["http", "https"].contains(url[..<end.lowerBound].lowercased())
        else {
            throw AuthoringError("`\(url.prefix(200))` is no http or https address.")
        }
        let rest = url[end.upperBound...].prefix { $0 != "#" }
        var authority = rest.prefix { $0 != "/" && $0 != "?" }
        if let at = authority.lastIndex(of: "@") {
            user = String(authority[..<at].prefix { $0 != ":" })
            authority = authority[authority.index(after: at)...]
        }
        guard !authority.isEmpty, !authority.contains("{") else {
            throw AuthoringError("`\(url.prefix(200))` has no host.")
        }
        base = url[..<end.lowerBound].lowercased() + "://" + authority.lowercased()
        let tail = rest[rest.index(rest.startIndex, offsetBy: rest.prefix { $0 != "/" && $0 != "?" }.count)...]
        path = String(tail.prefix { $0 != "?" })
        query = CurlBody.pairs(of: String(tail.dropFirst(path.count + 1)))
    }
}

/// A request's body, as the command line gives it.
struct CurlBody {
    enum Kind {
        case json(JSON)
        case form([(name: String, value: String)])
        case text(String)
    }

    private let data: String?
    private let encoded: [String]
    var contentType = ""

    init(_ curl: CurlLine) {
        data = curl.json ?? (curl.data.isEmpty ? nil : curl.data.joined(separator: "&"))
        encoded = curl.encodedData
        if curl.json != nil { contentType = "application/json" }
    }

    var isEmpty: Bool { data == nil && encoded.isEmpty }

    var kind: Kind {
        if let data, encoded.isEmpty, contentType.isEmpty || contentType.contains("json"),
            let json = try? JSON(parsing: data)
        {
            return .json(json)
        }
        if contentType.isEmpty || contentType.contains("form-urlencoded") { return .form(pairs) }
        return .text(data ?? "")
    }

    var pairs: [(name: String, value: String)] {
        Self.pairs(of: data ?? "")
            + encoded.map { text in
                guard let equals = text.firstIndex(of: "=") else { return ("body", text) }
                return (String(text[..<equals]), String(text[text.index(after: equals)...]))
            }
    }

    /// `a=1&b=2`, percent-decoded.
    static func pairs(of text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(String(halves[0])), halves.count > 1 ? decoded(String(halves[1])) : "")
        }
    }
}

/// `%20` and `+` undone; what is no UTF-8 is replaced.
private func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), rest.count >= 2,
            let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
