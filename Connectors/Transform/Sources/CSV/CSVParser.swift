/// Reads rows of fields (RFC 4180). Lines end by CR LF, LF or CR; a field in quotes may hold any of them, the delimiter, and
/// quotes, each doubled. Lines without any character are left out.
struct CSVParser {
    struct Row: Equatable {
        var fields: [Field]
        /// Where it begins; 1 for the first.
        var line: Int
    }

    struct Field: Equatable {
        var text: String
        var isQuoted: Bool
    }

    struct Problem: Error, Equatable {
        var message: String
        var line: Int
    }

    private let bytes: [UInt8]
    private let delimiter: UInt8
    private var position = 0
    private var line = 1

    static func rows(_ text: String, delimiter: Delimiter) throws(Problem) -> [Row] {
        var parser = CSVParser(bytes: Array(text.utf8), delimiter: delimiter.byte)
        return try parser.rows()
    }

    private init(bytes: [UInt8], delimiter: UInt8) {
        self.bytes = bytes
        self.delimiter = delimiter
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private mutating func rows() throws(Problem) -> [Row] {
        var rows: [Row] = []
        while position < bytes.count {
            if skipLineBreak() { continue }
            var row = Row(fields: [], line: line)
            while true {
                row.fields.append(try field(row.fields.count + 1))
                guard position < bytes.count, bytes[position] == delimiter else { break }
                position += 1
            }
            skipLineBreak()
            rows.append(row)
        }
        return rows
    }

    private mutating func field(_ number: Int) throws(Problem) -> Field {
        guard position < bytes.count, bytes[position] == quote else {
            let start = position
            while position < bytes.count, bytes[position] != delimiter, !Self.breaks(bytes[position]) {
                if bytes[position] == quote {
                    throw Problem(
                        message: "field \(number) holds a quote but does not begin with one: put the whole field in "
                            + "quotes and double those inside", line: line)
                }
                position += 1
            }
            return Field(text: String(decoding: bytes[start..<position], as: UTF8.self), isQuoted: false)
        }
        return Field(text: try quoted(number), isQuoted: true)
    }

    private mutating func quoted(_ number: Int) throws(Problem) -> String {
        let beginning = line
        position += 1
        var text: [UInt8] = []
        while true {
            guard position < bytes.count else {
                throw Problem(message: "the quote that opens field \(number) is never closed", line: beginning)
            }
            let byte = bytes[position]
            position += 1
            if byte == quote {
                guard position < bytes.count, bytes[position] == quote else { break }
                position += 1
            } else if byte == 0x0A || byte == 0x0D && (position == bytes.count || bytes[position] != 0x0A) {
                line += 1
            }
            text.append(byte)
        }
        if position < bytes.count, bytes[position] != delimiter, !Self.breaks(bytes[position]) {
            throw Problem(
                message: "field \(number) goes on behind its closing quote; a quote inside a field is doubled",
                line: line)
        }
        return String(decoding: text, as: UTF8.self)
    }

    @discardableResult
    private mutating func skipLineBreak() -> Bool {
        guard position < bytes.count, Self.breaks(bytes[position]) else { return false }
        position += bytes[position] == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A ? 2 : 1
        line += 1
        return true
    }

    private static func breaks(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}

private let quote = UInt8(ascii: "\"")
