/// A parameter of a statement. Everything travels in PostgreSQL's binary format, so nothing is ever quoted or parsed.
package enum PostgresValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int64)
    /// Must not hold U+0000, which PostgreSQL's text cannot; the server refuses it (`invalid-value`).
    case text(String)
    case bytes([UInt8])
    /// The two halves of a UUID, most significant first.
    case uuid(high: UInt64, low: UInt64)
    /// Milliseconds since 1970-01-01T00:00:00Z.
    case timestamp(Int64)
    /// A JSON text in UTF-8.
    case json([UInt8])
    /// An array of one dimension; its elements are null or of the type, otherwise it is a programmer's error.
    case array(PostgresType, [PostgresValue])

    /// The type its bytes have; nil for null, whose type the server infers.
    package var type: PostgresType? {
        switch self {
        case .null, .array: nil
        case .bool: .bool
        case .int: .int
        case .text: .text
        case .bytes: .bytes
        case .uuid: .uuid
        case .timestamp: .timestamp
        case .json: .json
        }
    }
}

extension PostgresValue {
    /// The value, or null.
    package static func optional<Value>(_ value: Value?, _ make: (Value) -> PostgresValue) -> PostgresValue {
        value.map(make) ?? .null
    }

    var oid: UInt32 {
        if case .array(let element, _) = self { element.arrayOid } else { type?.oid ?? 0 }
    }

    /// Appends the value's binary form (PostgreSQL's `…send` functions); nothing for null.
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: break
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .int(let value): bytes.append(bigEndian: value)
        case .text(let value): bytes.append(contentsOf: value.utf8)
        case .bytes(let value), .json(let value): bytes.append(contentsOf: value)
        case .uuid(let high, let low):
            bytes.append(bigEndian: high)
            bytes.append(bigEndian: low)
        case .timestamp(let milliseconds):
            // Years beyond 294276 do not fit the server's microseconds; they become its last and first moments.
            let (micros, overflow) = (milliseconds &- postgresEpoch).multipliedReportingOverflow(by: 1_000)
            bytes.append(bigEndian: overflow ? (milliseconds > 0 ? Int64.max - 1 : Int64.min + 1) : micros)
        case .array(let type, let elements): Self.append(elements, of: type, to: &bytes)
        }
    }

    /// `array_send`: dimensions, whether there are nulls, element type, then per dimension its size and lower bound.
    private static func append(_ elements: [PostgresValue], of type: PostgresType, to bytes: inout [UInt8]) {
        bytes.append(bigEndian: Int32(elements.isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(elements.contains(.null) ? 1 : 0))
        bytes.append(bigEndian: type.oid)
        guard !elements.isEmpty else { return }
        bytes.append(bigEndian: Int32(elements.count))
        bytes.append(bigEndian: Int32(1))
        for element in elements {
            guard element != .null else {
                bytes.append(bigEndian: Int32(-1))
                continue
            }
            precondition(element.type == type, "an array of \(type) holds another type")
            let place = bytes.count
            bytes.append(bigEndian: Int32(0))
            element.append(to: &bytes)
            let length = Int32(bytes.count - place - 4).bigEndian
            withUnsafeBytes(of: length) { bytes.replaceSubrange(place..<place + 4, with: $0) }
        }
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
