package import PatchbayJSON

/// Values that a schema allows and values that it forbids, the same for the same seed.
///
/// Makes what ordinary schemas ask for and throws away what does not fit: whoever wants values for a schema of any wit gives
/// examples.
package struct SampleInputs {
    private let root: JSON
    private var numbers: SeededNumbers

    package init(_ schema: JSON, seed: UInt64) {
        root = schema
        numbers = SeededNumbers(seed)
    }

    /// A value that may fit; members that are not required are there or not.
    package mutating func value() -> JSON { value(root, depth: 0) }

    /// A value with one thing wrong, made of one that fits.
    package mutating func broken(_ value: JSON) -> JSON {
        guard var object = value.object, !object.isEmpty, numbers.next(5) > 0 else {
            return [.null, [], "text", 7, true, .double(0.5)][numbers.next(6)]
        }
        let names = object.map(\.name)
        let name = names[numbers.next(names.count)]
        switch numbers.next(4) {
        case 0: object[name] = nil
        case 1: object["no_such_member"] = 1
        case 2: object[name] = broken(object[name] ?? .null)
        default:
            let others: [JSON] = [
                .null, .bool(true), .int(.min), .int(.max), .double(1e300), "", .string(Self.wild), [], [:],
                [[[[1]]]], ["a": ["b": .null]],
            ]
            object.updateValue(others[numbers.next(others.count)], named: name)
        }
        return .object(object)
    }

    private mutating func value(_ schema: JSON, depth: Int) -> JSON {
        guard depth < 8, let object = schema.object else { return depth < 8 ? .int(1) : .null }
        if let target = object["$ref"]?.string { return value(referenced(target), depth: depth + 1) }
        if let constant = object["const"] { return constant }
        for name in ["enum", "examples"] {
            if let values = object[name]?.array, !values.isEmpty { return values[numbers.next(values.count)] }
        }
        if let value = object["default"], numbers.next(2) == 0 { return value }
        for name in ["oneOf", "anyOf"] {
            guard let branches = object[name]?.array, !branches.isEmpty else { continue }
            let chosen = value(branches[numbers.next(branches.count)], depth: depth + 1)
            guard object["properties"] != nil, let rest = chosen.object else { return chosen }
            return merged(members(of: schema, depth: depth), rest)
        }
        switch kind(object) {
        case "object": return .object(members(of: schema, depth: depth))
        case "array":
            let least = Int(clamping: min(50, max(0, object["minItems"]?.int ?? 0)))
            let count = min(least + numbers.next(3), Int(clamping: object["maxItems"]?.int ?? .max))
            let items = object["items"] ?? true
            return .array((0..<max(least, count)).map { _ in value(items, depth: depth + 1) })
        case "string": return .string(text(object))
        case "integer":
            let low = object["minimum"]?.int ?? object["exclusiveMinimum"]?.int.map { $0 &+ 1 } ?? 0
            let high = max(low, object["maximum"]?.int ?? (low &+ 1_000))
            let (width, isTooWide) = high.subtractingReportingOverflow(low)
            let step = Int64(numbers.next((isTooWide ? 1_000 : Int(min(width, 1_000))) + 1))
            return .int(numbers.next(4) == 0 ? high : low + step)
        case "number": return .double((object["minimum"]?.double ?? 0) + Double(numbers.next(100)) / 4)
        case "boolean": return .bool(numbers.next(2) == 0)
        case "null": return .null
        default: return .int(Int64(numbers.next(10)))
        }
    }

    private mutating func kind(_ object: JSONObject) -> String {
        if let kind = object["type"]?.string { return kind }
        if let kinds = object["type"]?.array?.compactMap(\.string), !kinds.isEmpty {
            return kinds[numbers.next(kinds.count)]
        }
        return object["properties"] != nil ? "object" : object["items"] != nil ? "array" : ""
    }

    private mutating func members(of schema: JSON, depth: Int) -> JSONObject {
        var made = JSONObject()
        let required = Set(schema["required"]?.array?.compactMap(\.string) ?? [])
        for member in schema["properties"]?.object ?? [:] {
            guard required.contains(member.name) || depth < 5 && numbers.next(2) == 0 else { continue }
            made.updateValue(value(member.value, depth: depth + 1), named: member.name)
        }
        return made
    }

    private func merged(_ first: JSONObject, _ second: JSONObject) -> JSON {
        var whole = first
        for member in second { whole.updateValue(member.value, named: member.name) }
        return .object(whole)
    }

    private mutating func text(_ object: JSONObject) -> String {
        let plain =
            switch object["format"]?.string {
            case "uri", "url", "iri", "uri-reference": "https://patchbay.invalid/path?q=1"
            case "email": "somebody@patchbay.invalid"
            case "date-time": "2024-02-29T12:00:00Z"
            case "date": "2024-02-29"
            case "time": "12:00:00Z"
            case "uuid": "7c9e6679-7425-40de-944b-e07fc1f90ae7"
            case "hostname": "patchbay.invalid"
            case "ipv4": "192.0.2.1"
            case "duration": "PT1S"
            default: numbers.next(4) == 0 ? Self.wild : "text-\(numbers.next(1_000))"
            }
        let least = Int(clamping: object["minLength"]?.int ?? 0),
            most = Int(clamping: object["maxLength"]?.int ?? 10_000)
        let padding = String(repeating: "x", count: max(0, min(least, 100_000) - plain.count))
        return String((plain + padding).prefix(max(0, most)))
    }

    private func referenced(_ target: String) -> JSON {
        guard target.hasPrefix("#/") else { return true }
        var place = root
        for token in target.dropFirst(2).split(separator: "/") {
            place = place[String(token)] ?? true
        }
        return place
    }

    /// What breaks those who build texts of texts.
    private static let wild = "\u{0}\"\\\n%s%n{{x}}'; --\u{202E}e\u{301}😀"
}

/// Numbers that look random and are the same for the same seed (SplitMix64; Steele, Lea and Flood, 2014).
struct SeededNumbers {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    /// Below `bound`, which is above 0.
    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((word ^ (word >> 31)) % UInt64(max(1, bound)))
    }
}
