import PatchbayJSON

/// Reads the text of an array: `{1,NULL,"a \"b\""}`, `{{1,2},{3,4}}`
/// (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO).
struct ArrayReader {
    private let bytes: [UInt8]
    private var position: Int

    /// Nil when it is none. Bounds that do not begin at 1 (`[0:1]={…}`) are left out.
    init?(_ text: String) {
        bytes = Array(text.utf8)
        guard let start = bytes.firstIndex(of: UInt8(ascii: "{")) else { return nil }
        position = start
    }

    /// The array that begins here.
    mutating func values(_ element: ColumnType, depth: Int = 0) -> JSON? {
        guard depth < 8, take(UInt8(ascii: "{")) else { return Optional<JSON>.none }
        var values: [JSON] = []
        if take(UInt8(ascii: "}")) { return .array([]) }
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "{") {
                guard let inner = self.values(element, depth: depth + 1) else { return Optional<JSON>.none }
                values.append(inner)
            } else {
                values.append(self.element(element))
            }
            if take(UInt8(ascii: ",")) { continue }
            return take(UInt8(ascii: "}")) ? .array(values) : Optional<JSON>.none
        }
        return Optional<JSON>.none
    }

    private mutating func element(_ type: ColumnType) -> JSON {
        var text: [UInt8] = []
        if take(UInt8(ascii: "\"")) {
            while position < bytes.count, !take(UInt8(ascii: "\"")) {
                if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
                text.append(bytes[position])
                position += 1
            }
            return type.value(of: String(decoding: text, as: UTF8.self))
        }
        while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "}") {
            text.append(bytes[position])
            position += 1
        }
        let plain = String(decoding: text, as: UTF8.self)
        return plain == "NULL" ? .null : type.value(of: plain)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }
}
