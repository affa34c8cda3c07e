import CLibPQ
import ConnectorSDK
import PatchbayJSON

/// How a column's values, which PostgreSQL gives as texts, stand in JSON. The numbers are those of `pg_type.dat`, which never
/// change.
indirect enum ColumnType: Equatable {
    case bool, whole, double, numeric, json, bytes, timestamp, text
    case array(ColumnType)

    init(_ oid: Oid) {
        self =
            switch oid {
            case 16: .bool
            case 20, 21, 23, 26: .whole
            case 700, 701: .double
            case 1700: .numeric
            case 114, 3802: .json
            case 17: .bytes
            case 1114, 1184: .timestamp
            case 1000: .array(.bool)
            case 1005, 1007, 1016, 1028: .array(.whole)
            case 1021, 1022: .array(.double)
            case 1231: .array(.numeric)
            case 199, 3807: .array(.json)
            case 1001: .array(.bytes)
            case 1115, 1185: .array(.timestamp)
            // text, varchar, char, name, uuid, date, time, interval, inet
            case 1009, 1015, 1014, 1003, 2951, 1182, 1183, 1187, 1041: .array(.text)
            default: .text
            }
    }

    func value(of text: String) -> JSON {
        switch self {
        case .bool: return .bool(text == "t")
        case .whole: return Int64(text).map(JSON.int) ?? .string(text)
        // NaN and the infinities are no numbers in JSON.
        case .double: return Double(text).flatMap { $0.isFinite ? .double($0) : Optional<JSON>.none } ?? .string(text)
        case .numeric: return Self.number(text)
        case .json: return (try? JSON(parsing: text)) ?? .string(text)
        case .bytes: return .string(Bytes(Self.unhex(text)).base64)
        case .timestamp: return .string(Self.rfc3339(text))
        case .text: return .string(text)
        case .array(let element):
            guard var reader = ArrayReader(text), let values = reader.values(element) else { return .string(text) }
            return values
        }
    }

    /// A number where no digit is lost, else the text.
    private static func number(_ text: String) -> JSON {
        if let whole = Int64(text) { return .int(whole) }
        let digits = text.utf8.filter { (0x30...0x39).contains($0) }.drop { $0 == 0x30 }
        guard digits.count <= 15, let double = Double(text), double.isFinite else { return .string(text) }
        return .double(double)
    }

    /// `\x00ff`
    private static func unhex(_ text: String) -> [UInt8] {
        let digits = Array(text.utf8.dropFirst(2))
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
    }

    /// `2026-11-21 18:00:00.5+00` → `2026-11-21T18:00:00.5Z`; without a zone there is no `Z`.
    private static func rfc3339(_ text: String) -> String {
        let joined = text.replacing(" ", with: "T", maxReplacements: 1)
        return joined.hasSuffix("+00") ? String(joined.dropLast(3)) + "Z" : joined
    }
}
