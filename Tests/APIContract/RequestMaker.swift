import PatchbayJSON

/// Makes requests from a document: valid ones, wrong ones, and hostile ones. The same seed makes the same requests.
package struct RequestMaker {
    package struct Made: Sendable, CustomStringConvertible {
        package var method: String
        package var target: String
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]?

        package var description: String {
            let text = body.map { String(decoding: $0.prefix(400), as: UTF8.self) } ?? ""
            return "\(method) \(target.prefix(300)) \(headers) \(text)"
        }
    }

    private let contract: APIContract
    private var random: Generator
    /// Ids of things that are there, by the prefix of their kind.
    private let known: [String: [String]]

    package init(_ contract: APIContract, seed: UInt64, known: [String: [String]]) {
        self.contract = contract
        random = Generator(state: seed)
        self.known = known
    }

    package mutating func make(_ operation: APIContract.Operation) -> Made {
        var headers: [(name: String, value: String)] = []
        var query: [String] = []
        var path = operation.path
        for parameter in operation.parameters {
            let name = parameter["name"]?.string ?? ""
            let schema = parameter["schema"] ?? [:]
            switch parameter["in"]?.string {
            case "path": path = path.replacing("{\(name)}", with: part(name, operation.path))
            case "query" where chance(3): query.append("\(name)=\(chance(3) ? hostileText().0 : encoded(text(schema)))")
            case "header" where name == "X-Tenant-ID": if chance(20) { headers.append((name, headerText(schema))) }
            case "header" where chance(2): headers.append((name, headerText(schema)))
            default: break
            }
        }
        if chance(12) { query.append("colour=red") }
        if chance(25), let first = query.first { query.append(first) }
        if chance(40) { query.append("%FF=%00&&=;") }
        var made = Made(
            method: operation.method, target: path + (query.isEmpty ? "" : "?" + query.joined(separator: "&")),
            headers: headers, body: nil)
        addBody(to: &made, operation.json["requestBody"])
        return made
    }

    // MARK: Bodies

    private mutating func addBody(to made: inout Made, _ body: JSON?) {
        guard let content = body?["content"]?.object else {
            // What takes none is sent one now and then.
            if made.method != "GET", chance(6) { made.body = Array("{\"x\": 1}".utf8) }
            return
        }
        let types = Array(content)
        let chosen = types[Int(random.next() % UInt64(types.count))]
        var type = chosen.name == "*/*" ? "application/json" : chosen.name
        switch random.next() % 12 {
        case 0: made.body = nil
        case 1: made.body = Self.malformed[Int(random.next() % UInt64(Self.malformed.count))]
        case 2: made.body = value(of: .any).bytes()
        case 3:
            made.body = mutated(value(chosen.value["schema"] ?? [:], depth: 0)).bytes()
            type =
                ["text/plain", "application/x-www-form-urlencoded", "a", "application/json; charset=latin1"][
                    Int(random.next() % 4)]
        case 4, 5, 6, 7: made.body = mutated(value(chosen.value["schema"] ?? [:], depth: 0)).bytes()
        default: made.body = value(chosen.value["schema"] ?? [:], depth: 0).bytes()
        }
        if made.body != nil { made.headers.append(("Content-Type", type)) }
    }

    private static let malformed: [[UInt8]] = [
        [], Array("{".utf8), Array("nul".utf8), Array("{\"a\":1}x".utf8), [0xFF, 0xFE], [0],
        Array("\"\\ud800\"".utf8), Array("{\"name\":\"\\u0000\"}".utf8),
        Array(String(repeating: "[", count: 100_000).utf8), Array("{\"a\":1e999999}".utf8),
        Array("{\"a\":1,\"a\":2}".utf8),
    ]

    private enum Kind { case any }

    private mutating func value(of _: Kind) -> JSON {
        switch random.next() % 9 {
        case 0: .null
        case 1: .bool(true)
        case 2: .int(Int64.min)
        case 3: .double(1e300)
        case 4: []
        case 5: [:]
        case 6: [[[["deep"]]]]
        case 7: .uint(UInt64.max)
        default: .string(hostileText().1)
        }
    }

    /// With one member gone, another, or of another kind.
    private mutating func mutated(_ value: JSON) -> JSON {
        guard case .object(var object) = value, !object.isEmpty else { return self.value(of: .any) }
        let names = object.map(\.name)
        let name = names[Int(random.next() % UInt64(names.count))]
        switch random.next() % 4 {
        case 0: object[name] = nil
        case 1: object[hostileText().1] = self.value(of: .any)
        case 2 where object[name]?.object != nil: object[name] = mutated(object[name] ?? .null)
        default: object[name] = self.value(of: .any)
        }
        return .object(object)
    }

    /// A value that the schema allows, as far as schemas of this document go.
    private mutating func value(_ schema: JSON, depth: Int) -> JSON {
        if let reference = schema["$ref"]?.string {
            if reference.hasSuffix("/Document") { return document() }
            return value(contract.definition(reference), depth: depth)
        }
        if let words = schema["enum"]?.array, !words.isEmpty { return words[Int(random.next() % UInt64(words.count))] }
        if let choices = schema["anyOf"]?.array, !choices.isEmpty {
            return value(choices[Int(random.next() % UInt64(choices.count))], depth: depth + 1)
        }
        let types = schema["type"]?.array?.compactMap(\.string) ?? schema["type"]?.string.map { [$0] } ?? []
        guard !types.isEmpty else { return value(of: .any) }
        switch types[chance(6) ? types.count - 1 : 0] {
        case "object": return object(schema, depth: depth)
        case "array":
            guard depth < 6 else { return [] }
            let count = Int(random.next() % 3)
            return .array((0..<count).map { _ in value(schema["items"] ?? [:], depth: depth + 1) })
        case "string": return .string(text(schema))
        case "integer": return .int(number(schema))
        case "number": return .double(1.5)
        case "boolean": return .bool(chance(2))
        default: return .null
        }
    }

    private mutating func object(_ schema: JSON, depth: Int) -> JSON {
        let required = schema["required"]?.array?.compactMap(\.string) ?? []
        var object: JSONObject = [:]
        for member in schema["properties"]?.object ?? [:] where required.contains(member.name) || chance(2) {
            object[member.name] = value(member.value, depth: depth + 1)
        }
        if let more = schema["additionalProperties"], more.object != nil {
            for name in ["token", "value", "key", "username", "password"] where chance(2) {
                object[name] = value(more, depth: depth + 1)
            }
        }
        return .object(object)
    }

    /// A workflow that can be stored, most of the time.
    private mutating func document() -> JSON {
        var nodes: [JSON] = [["id": "a", "type": chance(4) ? "webhook" : "manual"]]
        if chance(3) { nodes.append(["id": "b", "type": "set", "config": ["values": ["x": value(of: .any)]]]) }
        if chance(6) { nodes.append(value(of: .any)) }
        return [
            "name": chance(4) ? .string(hostileText().1) : "fuzzed", "nodes": .array(nodes),
            "edges": nodes.count > 1 && chance(2) ? [["source": "a", "target": "b"]] : [],
        ]
    }

    // MARK: Texts

    private mutating func number(_ schema: JSON) -> Int64 {
        let (least, most) = (schema["minimum"]?.int ?? 0, schema["maximum"]?.int ?? 1_000)
        switch random.next() % 4 {
        case 0: return least
        // Waiting long is no fault, and takes long.
        case 1 where most <= 100_000: return most
        default: return least + Int64(random.next() % UInt64(min(most - least, 50) + 1))
        }
    }

    private mutating func text(_ schema: JSON) -> String {
        if let words = schema["enum"]?.array?.compactMap(\.string), !words.isEmpty {
            return words[Int(random.next() % UInt64(words.count))]
        }
        if let pattern = schema["pattern"]?.string, let prefix = pattern.dropFirst().split(separator: "_").first {
            return id(String(prefix))
        }
        if schema["format"]?.string == "date-time" { return chance(3) ? "2026-01-31T12:00:00Z" : "2026-02-30" }
        switch random.next() % 6 {
        case 0: return hostileText().1
        case 1: return "ann@example.com"
        case 2: return id(["wf", "run", "acc", "ten"][Int(random.next() % 4)])
        case 3: return "1"
        default: return ["viewer", "bearer", "slack", "1.0.0", "name", "{{ trigger.body }}"][Int(random.next() % 6)]
        }
    }

    private mutating func id(_ prefix: String) -> String {
        if let ids = known[prefix], !ids.isEmpty, !chance(4) { return ids[Int(random.next() % UInt64(ids.count))] }
        return prefix + "_00000000000000000000000000"
    }

    /// What stands in the path for a name.
    private mutating func part(_ name: String, _ path: String) -> String {
        if chance(4) { return hostileText().0 }
        switch name {
        case "version": return ["1", "2", "1.0.0", "0", "-1", "99999999999999999999"][Int(random.next() % 6)]
        case "kind": return chance(3) ? "nokind" : "manual"
        case "name": return "some-role"
        case "path": return ["deploy", "a/b", "nowhere"][Int(random.next() % 3)]
        default: break
        }
        let kinds: [(String, String)] = [
            ("/workflows", "wf"), ("/runs", "run"), ("/executions", "run"), ("/members", "acc"), ("/accounts", "acc"),
            ("/credentials", "cred"), ("/invitations", "inv"), ("/api-keys", "none"), ("/auth/sessions", "ses"),
            ("/tenants", "ten"), ("/auth/oidc", "none"), ("/auth/identities", "none"),
        ]
        if path.contains("/connectors/{id}") { return ["echo", "slack", "nothing"][Int(random.next() % 3)] }
        for (start, prefix) in kinds where path.hasPrefix("/api/v1" + start) { return id(prefix) }
        return "x"
    }

    private mutating func headerText(_ schema: JSON) -> String {
        let texts = ["\"1\"", "\"2\"", "*", "W/\"1\"", "nonsense", "\"1\", \"2\"", "key-1", "'; drop table runs; --"]
        if chance(8) { return String(repeating: "k", count: 300) }
        return chance(3)
            ? text(schema).filter { $0.isASCII && !$0.isNewline && $0 >= " " } : texts[Int(random.next() % 8)]
    }

    private func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == 0x2D || byte == 0x5F || byte == 0x2E
            return isPlain ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16, uppercase: true).leftPadded
        }.joined()
    }

    /// As it stands in an address, and as it is.
    private mutating func hostileText() -> (String, String) {
        let texts = [
            "", "\u{0}", "a\u{0}b", "'; drop table workflows; --", "../../etc/passwd", "😀\u{202E}",
            "{{ credentials.x }}",
            String(repeating: "x", count: 3_000), "%s%n", "\u{1}\u{7F}", "null", "-1", "<script>", "a/b", "\u{FFFD}",
            "1e400", "__proto__", "é́",
        ]
        let text = texts[Int(random.next() % UInt64(texts.count))]
        if chance(12) { return ("%FF%C0", text) }
        let inPath = encoded(text)
        return (inPath.isEmpty ? "%20" : inPath, text)
    }

    /// One time in `count`.
    private mutating func chance(_ count: UInt64) -> Bool { random.next() % count == 0 }

    /// SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }
}

extension String {
    fileprivate var leftPadded: String { count == 1 ? "0" + self : self }
}
