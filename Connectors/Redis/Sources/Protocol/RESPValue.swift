/// A value of the protocol, in both of its versions.
enum RESPValue: Equatable, Sendable {
    case null
    case text(String)
    case bytes([UInt8])
    case number(Int64)
    case double(Double)
    case bool(Bool)
    case array([RESPValue])
    case map([Pair])
    /// The first word is its kind: `WRONGTYPE Operation against …`.
    case failure(String)

    struct Pair: Equatable, Sendable {
        var key: RESPValue
        var value: RESPValue
    }
}

extension RESPValue {
    var isNull: Bool { self == .null }

    var int: Int? {
        if case .number(let number) = self { Int(number) } else { nil }
    }

    /// Of texts, simple or not.
    var rawBytes: [UInt8]? {
        switch self {
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        default: nil
        }
    }

    var string: String? { rawBytes.map { String(decoding: $0, as: UTF8.self) } }

    var elements: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// Of a map, or of an array in which keys and values alternate, as the older protocol has it.
    var pairs: [Pair]? {
        switch self {
        case .map(let pairs): return pairs
        case .array(let elements) where elements.count.isMultiple(of: 2):
            return stride(from: 0, to: elements.count, by: 2).map { Pair(key: elements[$0], value: elements[$0 + 1]) }
        default: return nil
        }
    }
}
