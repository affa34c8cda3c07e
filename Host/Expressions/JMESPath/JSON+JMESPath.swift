import PatchbayJSON

extension JSON {
    /// The language's word for what it is.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int, .uint, .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    var described: String {
        switch self {
        case .null: "null"
        case .array, .object: "an \(typeName)"
        default: "a \(typeName)"
        }
    }

    /// Empty for anything but a string.
    var utf8: [UInt8] { Array((string ?? "").utf8) }

    /// A whole number when it is one.
    static func number(_ double: Double) -> JSON {
        guard double.isFinite else { return .null }
        if let whole = Int64(exactly: double), !(double == 0 && double.sign == .minus) { return .int(whole) }
        return .double(double)
    }

    var magnitude: JSON {
        switch self {
        case .int(let value):
            let magnitude = value.magnitude
            return magnitude <= Int64.max.magnitude ? .int(Int64(magnitude)) : .uint(magnitude)
        case .double(let value): return .double(value.magnitude)
        default: return self
        }
    }

    func rounded(_ rule: FloatingPointRoundingRule) -> JSON {
        guard case .double(let value) = self else { return self }
        return .number(value.rounded(rule))
    }
}

extension [UInt8] {
    /// Whether the bytes hold others in a row, in time that grows with the sum of both (Knuth, Morris and Pratt).
    func contains(_ wanted: [UInt8]) -> Bool {
        guard !wanted.isEmpty else { return true }
        guard wanted.count <= count else { return false }
        // How long a beginning of `wanted` ends at each of its bytes, the whole of it not counted.
        var borders = [Int](repeating: 0, count: wanted.count)
        var length = 0
        for place in wanted.indices.dropFirst() {
            while length > 0, wanted[place] != wanted[length] { length = borders[length - 1] }
            if wanted[place] == wanted[length] { length += 1 }
            borders[place] = length
        }
        length = 0
        for byte in self {
            while length > 0, byte != wanted[length] { length = borders[length - 1] }
            if byte == wanted[length] { length += 1 }
            if length == wanted.count { return true }
        }
        return false
    }
}
