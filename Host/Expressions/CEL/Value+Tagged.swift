package import PatchbayJSON

/// Values as JSON that keeps their types: `{"t": "int", "v": "1"}`.
///
/// Kinds: null (without v), bool, int, uint and double (as text: `-0.0`, `NaN`, `Infinity`), string, bytes (base64), list,
/// map (pairs of key and value), type (its name), timestamp and duration (with `seconds` and `nanos` instead of v),
/// optional (v is null for none).
extension Value {
    /// Nil when the JSON is no such value.
    package init?(tagged json: JSON) {
        let content = json["v"] ?? .null
        switch json["t"]?.string {
        case "null": self = .null
        case "bool":
            guard let bool = content.bool else { return nil }
            self = .bool(bool)
        case "int":
            guard let number = content.string.flatMap({ Int64($0) }) ?? content.int else { return nil }
            self = .int(number)
        case "uint":
            guard let number = content.string.flatMap({ UInt64($0) }) ?? content.int.flatMap(UInt64.init(exactly:))
            else { return nil }
            self = .uint(number)
        case "double":
            guard let number = content.string.flatMap({ Double($0) }) ?? content.double else { return nil }
            self = .double(number)
        case "string":
            guard let text = content.string else { return nil }
            self = .string(text)
        case "bytes":
            guard let bytes = content.string.flatMap(Base64.bytes) else { return nil }
            self = .bytes(bytes)
        case "type":
            guard let name = content.string else { return nil }
            self = .type(Self.named(name))
        case "list":
            guard let elements = content.array else { return nil }
            let values = elements.compactMap { Value(tagged: $0) }
            guard values.count == elements.count else { return nil }
            self = .list(.values(values))
        case "map":
            guard let map = Self.map(content) else { return nil }
            self = map
        case "timestamp":
            guard let seconds = Self.whole(json["seconds"]), let nanos = Self.whole(json["nanos"]),
                Instant.range.contains(seconds), 0..<1_000_000_000 ~= nanos
            else { return nil }
            self = .timestamp(Instant(seconds: seconds, nanos: Int32(nanos)))
        case "duration":
            guard let seconds = Self.whole(json["seconds"]), let nanos = Self.whole(json["nanos"]),
                nanos.magnitude < 1_000_000_000
            else { return nil }
            self = .duration(TimeSpan(seconds: seconds, nanos: Int32(nanos)))
        case "optional":
            if content.isNull {
                self = .optional(nil)
            } else {
                guard let value = Value(tagged: content) else { return nil }
                self = .optional(value)
            }
        default: return nil
        }
    }

    /// Opaque values have their type's name only.
    package var tagged: JSON {
        switch self {
        case .null: ["t": "null"]
        case .bool(let value): ["t": "bool", "v": .bool(value)]
        case .int(let value): ["t": "int", "v": .string("\(value)")]
        case .uint(let value): ["t": "uint", "v": .string("\(value)")]
        case .double(let value): ["t": "double", "v": .string(Self.text(value))]
        case .string(let value): ["t": "string", "v": .string(value)]
        case .bytes(let value): ["t": "bytes", "v": .string(Base64.text(value))]
        case .list(let list): ["t": "list", "v": .array(list.elements.map(\.tagged))]
        case .map(let map):
            ["t": "map", "v": .array(map.keys.map { [$0.value.tagged, map[$0]?.tagged ?? .null] })]
        case .type(let type): ["t": "type", "v": .string(type.runtimeName)]
        case .timestamp(let instant):
            [
                "t": "timestamp", "seconds": .string("\(instant.seconds)"), "nanos": .int(Int64(instant.nanos)),
            ]
        case .duration(let span):
            ["t": "duration", "seconds": .string("\(span.seconds)"), "nanos": .int(Int64(span.nanos))]
        case .optional(let content): ["t": "optional", "v": content?.tagged ?? .null]
        case .opaque(let value): ["t": "opaque", "v": .string(value.type.runtimeName)]
        }
    }

    private static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        return "\(number)"
    }

    private static func whole(_ json: JSON?) -> Int64? {
        guard let json else { return 0 }
        return json.int ?? json.string.flatMap { Int64($0) }
    }

    private static func named(_ name: String) -> ValueType {
        if case .type(let type)? = Library.types[name] { return type }
        return .opaque(name, [])
    }

    private static func map(_ json: JSON) -> Value? {
        guard let pairs = json.array else { return nil }
        var builder = MapEntries.Builder(minimumCapacity: pairs.count)
        for pair in pairs {
            guard let key = pair[0].flatMap({ Value(tagged: $0) }).flatMap({ MapKey($0) }),
                let value = pair[1].flatMap({ Value(tagged: $0) }), builder.insert(value, for: key)
            else { return nil }
        }
        return builder.map
    }
}
