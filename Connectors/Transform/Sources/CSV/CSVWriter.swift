import PatchbayJSON

/// Writes rows so that they are read as the same texts again.
struct CSVWriter {
    let delimiter: Delimiter
    /// Between lines, and after the last.
    let lineBreak: String
    private(set) var text = ""

    init(delimiter: Delimiter, lineBreak: String) {
        self.delimiter = delimiter
        self.lineBreak = lineBreak
    }

    mutating func write(_ fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { text.unicodeScalars.append(UnicodeScalar(delimiter.byte)) }
            // A line without any character would be no row.
            let needsQuotes = field.utf8.contains(where: isSpecial) || field.isEmpty && fields.count == 1
            text += needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
        }
        text += lineBreak
    }

    private func isSpecial(_ byte: UInt8) -> Bool {
        byte == delimiter.byte || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }

    /// What stands in a field: nothing for null and for what is absent, JSON text for lists and objects.
    static func field(_ value: JSON?) -> String {
        switch value {
        case nil, .null?: ""
        case .string(let text)?: text
        case let other?: other.text
        }
    }
}
