/// The `strings` extension, but for `format`. Positions count code points, from 0.
extension Library {
    static let stringFunctions: [Overload] = textParts + textSearches + textChanges + textLists

    private static let textParts: [Overload] = [
        .binary("charAt", id: "string_char_at_int", .receiver) {
            (text: String, position: Int64, evaluation) throws(Fault) in
            let bytes = try evaluation.bytes(text)
            let start = try evaluation.byte(of: position, in: bytes)
            guard start < bytes.count else { return "" }
            let end = bytes[(start + 1)...].firstIndex { $0 & 0xC0 != 0x80 } ?? bytes.count
            return String(decoding: bytes[start..<end], as: UTF8.self)
        },
        .binary("substring", id: "string_substring_int", .receiver) {
            (text: String, start: Int64, evaluation) throws(Fault) in
            let bytes = try evaluation.bytes(text)
            return String(decoding: bytes[(try evaluation.byte(of: start, in: bytes))...], as: UTF8.self)
        },
        .ternary("substring", id: "string_substring_int_int", .receiver) {
            (text: String, start: Int64, end: Int64, evaluation) throws(Fault) in
            guard start <= end else {
                throw evaluation.fault(.value, "substring(\(start), \(end)) ends before it starts")
            }
            let bytes = try evaluation.bytes(text)
            let (first, last) = (try evaluation.byte(of: start, in: bytes), try evaluation.byte(of: end, in: bytes))
            return String(decoding: bytes[first..<last], as: UTF8.self)
        },
        .unary("trim", id: "string_trim", .receiver) { (text: String, evaluation) throws(Fault) in
            try evaluation.make(bytes: text.utf8.count)
            let scalars = text.unicodeScalars
            guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
                let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
            else { return "" }
            return String(scalars[first...last])
        },
    ]

    private static let textSearches: [Overload] = [
        .binary("indexOf", id: "string_index_of_string", .receiver) {
            (text: String, part: String, evaluation) throws(Fault) in
            try evaluation.position(of: part, in: text, from: 0)
        },
        .ternary("indexOf", id: "string_index_of_string_int", .receiver) {
            (text: String, part: String, start: Int64, evaluation) throws(Fault) in
            try evaluation.position(of: part, in: text, from: start)
        },
        .binary("lastIndexOf", id: "string_last_index_of_string", .receiver) {
            (text: String, part: String, evaluation) throws(Fault) in
            try evaluation.lastPosition(of: part, in: text, notAfter: nil)
        },
        .ternary("lastIndexOf", id: "string_last_index_of_string_int", .receiver) {
            (text: String, part: String, limit: Int64, evaluation) throws(Fault) in
            try evaluation.lastPosition(of: part, in: text, notAfter: limit)
        },
    ]

    private static let textChanges: [Overload] = [
        .unary("lowerAscii", id: "string_lower_ascii", .receiver) { (text: String, evaluation) throws(Fault) in
            let bytes = try evaluation.bytes(text)
            return String(decoding: bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
        },
        .unary("upperAscii", id: "string_upper_ascii", .receiver) { (text: String, evaluation) throws(Fault) in
            let bytes = try evaluation.bytes(text)
            return String(decoding: bytes.map { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }, as: UTF8.self)
        },
        .unary("reverse", id: "string_reverse", .receiver) { (text: String, evaluation) throws(Fault) in
            try evaluation.make(bytes: text.utf8.count)
            return String(String.UnicodeScalarView(text.unicodeScalars.reversed()))
        },
        .ternary("replace", id: "string_replace_string_string", .receiver) {
            (text: String, part: String, other: String, evaluation) throws(Fault) in
            try evaluation.replace(part, in: text, with: other, count: -1)
        },
        Overload(
            "replace", id: "string_replace_string_string_int", .receiver, [.string, .string, .string, .int], .string,
            .many { values, evaluation throws(Fault) in
                guard case .string(let text) = values[0], case .string(let part) = values[1],
                    case .string(let other) = values[2], case .int(let count) = values[3]
                else { throw evaluation.noOverload("replace", values) }
                return .string(try evaluation.replace(part, in: text, with: other, count: count))
            }),
        .unary("strings.quote", id: "strings_quote") { (text: String, evaluation) throws(Fault) in
            try evaluation.make(bytes: text.utf8.count * 2 + 2)
            return quoted(text)
        },
    ]

    private static let textLists: [Overload] = [
        .binary("split", id: "string_split_string", .receiver, result: .list(.string)) {
            (text: String, separator: String, evaluation) throws(Fault) in
            ListValue.values(try evaluation.split(text, at: separator, count: -1))
        },
        .ternary("split", id: "string_split_string_int", .receiver, result: .list(.string)) {
            (text: String, separator: String, count: Int64, evaluation) throws(Fault) in
            ListValue.values(try evaluation.split(text, at: separator, count: count))
        },
        .unary("join", id: "list_join", .receiver, types: [.list(.string)]) {
            (list: ListValue, evaluation) throws(Fault) in
            try evaluation.join(list, with: "")
        },
        .binary("join", id: "list_join_string", .receiver, types: [.list(.string), .string]) {
            (list: ListValue, separator: String, evaluation) throws(Fault) in
            try evaluation.join(list, with: separator)
        },
    ]

    /// In double quotes, with CEL's escape sequences for what they exist for.
    private static func quoted(_ text: String) -> String {
        let escapes: [UInt8: String] = [
            0x07: "\\a", 0x08: "\\b", 0x0C: "\\f", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x0B: "\\v", 0x5C: "\\\\",
            0x22: "\\\"",
        ]
        var bytes: [UInt8] = [0x22]
        for byte in text.utf8 {
            if let escape = escapes[byte] { bytes += escape.utf8 } else { bytes.append(byte) }
        }
        bytes.append(0x22)
        return String(decoding: bytes, as: UTF8.self)
    }
}
