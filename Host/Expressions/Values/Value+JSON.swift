import PatchbayJSON

extension Value {
    /// The value as JSON, when it is small and flat enough for what comes after it.
    func json(_ budget: inout Budget, at offset: Int, level: Int = 0) throws(Fault) -> JSON {
        switch self {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .uint(let value): return Int64(exactly: value).map(JSON.int) ?? .uint(value)
        case .double(let value):
            guard value.isFinite else {
                throw Fault(.value, "the result holds \(value), which JSON cannot say", at: offset)
            }
            return .double(value)
        case .string(let text):
            try budget.spend(text.utf8.count, at: offset)
            return .string(text)
        case .list(.json(let array)):
            try Self.measure(.array(array), &budget, level, at: offset)
            return .array(array)
        case .map(.json(let object)):
            try Self.measure(.object(object), &budget, level, at: offset)
            return .object(object)
        case .list(.values(let elements)):
            try Self.enter(elements.count, &budget, level, at: offset)
            var array: [JSON] = []
            array.reserveCapacity(elements.count)
            for element in elements { array.append(try element.json(&budget, at: offset, level: level + 1)) }
            return .array(array)
        case .map(.entries(let entries)):
            try Self.enter(entries.keys.count, &budget, level, at: offset)
            var object = JSONObject(minimumCapacity: entries.keys.count)
            for (key, value) in zip(entries.keys, entries.values) {
                try budget.spend(key.name.utf8.count, at: offset)
                object[key.name] = try value.json(&budget, at: offset, level: level + 1)
            }
            return .object(object)
        case .optional(let value?): return try value.json(&budget, at: offset, level: level)
        case .optional(nil): return .null
        // As CEL's own conversion to JSON has it: RFC 3339, seconds with an s, base64.
        case .timestamp(let instant): return .string(instant.description)
        case .duration(let span): return .string(span.description)
        case .bytes(let bytes):
            try budget.spend(bytes.count / 3 * 4 + 4, at: offset)
            return .string(Base64.text(bytes))
        case .type, .opaque:
            throw Fault(
                .type, "the result holds \(article), which JSON cannot say", hint: "turn it into text with string(…)",
                at: offset)
        }
    }

    /// Goes through JSON that is passed on, up to the limits.
    private static func measure(
        _ json: JSON, _ budget: inout Budget, _ level: Int, at offset: Int
    ) throws(Fault) {
        switch json {
        case .string(let text): try budget.spend(text.utf8.count, at: offset)
        case .array(let elements):
            try enter(elements.count, &budget, level, at: offset)
            for element in elements { try measure(element, &budget, level + 1, at: offset) }
        case .object(let object):
            try enter(object.count, &budget, level, at: offset)
            for member in object {
                try budget.spend(member.name.utf8.count, at: offset)
                try measure(member.value, &budget, level + 1, at: offset)
            }
        default: break
        }
    }

    private static func enter(
        _ count: Int, _ budget: inout Budget, _ level: Int, at offset: Int
    ) throws(Fault) {
        guard level < budget.limits.depth else {
            throw Fault(.limit, "the result is nested more than \(budget.limits.depth) levels deep", at: offset)
        }
        try budget.spend(count * 2, at: offset)
    }
}

extension Value {
    /// What `string(…)` makes of a scalar; nil for other values. Doubles without a fraction have none in their text.
    var scalarText: String? {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)"
        case .double(let value):
            Int64(exactly: value).map { $0.magnitude < 1 << 53 ? "\($0)" : "\(value)" } ?? "\(value)"
        case .string(let value): value
        default: nil
        }
    }
}
