import PatchbayCore

/// The messages of `google.protobuf` that CEL takes for values of its own, and so the only ones that an expression can
/// make: `google.protobuf.Int64Value{value: 1}` is 1
/// (https://github.com/google/cel-spec/blob/master/doc/langdef.md#dynamic-values).
enum WellKnownMessage: String, Sendable, CaseIterable {
    case boolValue = "BoolValue"
    case bytesValue = "BytesValue"
    case doubleValue = "DoubleValue"
    case floatValue = "FloatValue"
    case int32Value = "Int32Value"
    case int64Value = "Int64Value"
    case stringValue = "StringValue"
    case uint32Value = "UInt32Value"
    case uint64Value = "UInt64Value"
    case timestamp = "Timestamp"
    case duration = "Duration"
    case structure = "Struct"
    case listValue = "ListValue"
    case value = "Value"

    /// By the full name.
    init?(name: String) {
        let package = "google.protobuf."
        guard name.hasPrefix(package) else { return nil }
        self.init(rawValue: String(name.dropFirst(package.count)))
    }

    /// Of the value that the message stands for.
    var type: ValueType {
        switch self {
        case .boolValue: .wrapper(.bool)
        case .bytesValue: .wrapper(.bytes)
        case .doubleValue, .floatValue: .wrapper(.double)
        case .int32Value, .int64Value: .wrapper(.int)
        case .stringValue: .wrapper(.string)
        case .uint32Value, .uint64Value: .wrapper(.uint)
        case .timestamp: .timestamp
        case .duration: .duration
        case .structure: .map(.string, .dyn)
        case .listValue: .list(.dyn)
        case .value: .dyn
        }
    }

    /// The fields that can be set.
    var fields: [(name: String, type: ValueType)] {
        switch self {
        case .timestamp, .duration: [("seconds", .int), ("nanos", .int)]
        case .structure: [("fields", .map(.string, .dyn))]
        case .listValue: [("values", .list(.dyn))]
        case .value:
            [
                ("null_value", .dyn), ("number_value", .double), ("string_value", .string), ("bool_value", .bool),
                ("struct_value", .map(.string, .dyn)), ("list_value", .list(.dyn)),
            ]
        default: if case .wrapper(let type) = type { [("value", type)] } else { [] }
        }
    }

    /// The value of the message; fields that are not set have their type's zero.
    ///
    /// Nil when a field does not take its value; those in `fields` are known to be of the kinds that `fields` declares.
    func value(_ fields: [(name: String, value: Value)]) -> Value? {
        switch self {
        case .timestamp:
            guard let (seconds, nanos) = Self.time(fields), Instant.range.contains(seconds), nanos >= 0 else {
                return nil
            }
            return .timestamp(Instant(seconds: seconds, nanos: nanos))
        case .duration:
            guard let (seconds, nanos) = Self.time(fields),
                seconds == 0 || nanos == 0 || (seconds > 0) == (nanos > 0)
            else { return nil }
            return TimeSpan(nanoseconds: TimeSpan(seconds: seconds, nanos: nanos).nanoseconds).map(Value.duration)
        case .structure: return fields.last.map { Self.json($0.value) } ?? .map(.entries(MapEntries([])))
        case .listValue: return fields.last.map { Self.json($0.value) } ?? .list(.values([]))
        case .value:
            guard let (name, value) = fields.last, fields.count == 1 else { return fields.isEmpty ? .null : nil }
            guard name == "null_value" else { return Self.json(value) }
            return value.isZero ? .null : nil
        default: return fields.last.map { wrapped($0.value) } ?? zero
        }
    }

    /// Within what the field's size holds.
    private func wrapped(_ value: Value) -> Value? {
        switch (self, value) {
        case (.floatValue, .double(let number)): .double(Double(Float(number)))
        case (.int32Value, .int(let number)): Int32(exactly: number) == nil ? nil : value
        case (.uint32Value, .uint(let number)): UInt32(exactly: number) == nil ? nil : value
        default: value
        }
    }

    private var zero: Value? {
        switch self {
        case .boolValue: .bool(false)
        case .bytesValue: .bytes([])
        case .doubleValue, .floatValue: .double(0)
        case .int32Value, .int64Value: .int(0)
        case .stringValue: .string("")
        case .uint32Value, .uint64Value: .uint(0)
        default: nil
        }
    }

    private static func time(_ fields: [(name: String, value: Value)]) -> (seconds: Int64, nanos: Int32)? {
        var (seconds, nanos): (Int64, Int32) = (0, 0)
        for (name, value) in fields {
            guard case .int(let number) = value else { return nil }
            if name == "seconds" {
                seconds = number
            } else {
                guard number.magnitude < 1_000_000_000 else { return nil }
                nanos = Int32(truncatingIfNeeded: number)
            }
        }
        return (seconds, nanos)
    }

    /// As JSON has it, where numbers are doubles; nil for what JSON cannot say.
    private static func json(_ value: Value) -> Value? {
        switch value {
        case .null, .bool, .double, .string: return value
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .list(let list):
            var elements: [Value] = []
            for element in list.elements {
                guard let element = json(element) else { return nil }
                elements.append(element)
            }
            return .list(.values(elements))
        case .map(let map):
            var builder = MapEntries.Builder(minimumCapacity: map.count)
            for key in map.keys {
                guard case .string = key, let value = map[key].flatMap(json) else { return nil }
                builder.set(value, for: key)
            }
            return builder.map
        default: return nil
        }
    }
}
