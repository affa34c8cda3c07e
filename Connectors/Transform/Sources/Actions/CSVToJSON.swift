import ConnectorSDK
import PatchbayJSON

struct CSVToJSON: Action {
    static let title = "CSV to JSON"
    static let summary = "Reads a table in CSV (RFC 4180): an object for each row, or an array when there is no header."
    static let effect = Effect.read
    static let documentation: String? = "https://www.rfc-editor.org/rfc/rfc4180"
    static let examples = [
        Example(
            "A table with a header", input: ["csv": "id,name\r\n1,Ada\r\n2,\"Hopper, Grace\"\r\n", "infer_types": true]),
        Example("Without header", input: ["csv": "1;2;3\n4;5;6\n", "delimiter": ";", "header": false]),
    ]

    struct Input: Fields {
        @Field("The table.", .length(0...16_000_000), .multiline) var csv: String
        @Field("The character between fields.", default: .comma) var delimiter: Delimiter
        @Field("Whether the first row holds the columns' names.", default: true) var header: Bool
        @Field(
            """
            Whether fields without quotes that look like a JSON number, `true` or `false` become that, and empty ones \
            null. Numbers with leading zeros, or of more digits than fit, stay texts.
            """, default: false)
        var inferTypes: Bool
    }

    struct Output: Fields {
        @Field("The rows: objects by the columns' names, or arrays without header.") var rows: [JSON]
        @Field("The columns' names; empty without header.") var columns: [String]
        @Field("How many rows there are.") var count: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        var rows: [CSVParser.Row]
        do throws(CSVParser.Problem) {
            rows = try CSVParser.rows(input.csv, delimiter: input.delimiter)
        } catch {
            throw ConnectorError.invalid("/csv", "line \(error.line): \(error.message)")
        }
        let columns = input.header && !rows.isEmpty ? try Self.columns(rows.removeFirst()) : []
        let expected = input.header ? columns.count : rows.first?.fields.count ?? 0
        let read = try rows.enumerated().map { index, row in
            guard row.fields.count == expected else {
                throw ConnectorError.invalid(
                    "/csv",
                    "line \(row.line): row \(index + 1) has \(row.fields.count) fields, "
                        + (input.header ? "the header has" : "the first row has") + " \(expected)")
            }
            let values = row.fields.map { input.inferTypes ? $0.inferred : .string($0.text) }
            guard input.header else { return JSON.array(values) }
            var object = JSONObject(minimumCapacity: expected)
            for (name, value) in zip(columns, values) { object[name] = value }
            return .object(object)
        }
        return Output {
            $0.rows = read
            $0.columns = columns
            $0.count = read.count
        }
    }

    /// The header's names, each of which must be one of its own: of two values one would be lost.
    private static func columns(_ header: CSVParser.Row) throws(ConnectorError) -> [String] {
        let names = header.fields.map(\.text)
        var known: Set<String> = []
        for (index, name) in names.enumerated() {
            guard !name.isEmpty else {
                throw .invalid("/csv", "line \(header.line): column \(index + 1) of the header has no name")
            }
            guard known.insert(name).inserted else {
                throw .invalid("/csv", "line \(header.line): the header has the column `\(name)` twice")
            }
        }
        return names
    }
}

extension CSVParser.Field {
    /// The value that the text looks like; what quotes say to be text stays one.
    var inferred: JSON {
        guard !isQuoted else { return .string(text) }
        switch text {
        case "": return .null
        case "true": return true
        case "false": return false
        default: break
        }
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first),
            text.utf8.last != UInt8(ascii: " "), let value = try? JSON(parsing: text)
        else { return .string(text) }
        // Whole numbers that 64 bits cannot hold would lose digits.
        if case .double = value, text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (48...57).contains($0) }) {
            return .string(text)
        }
        return value
    }
}
