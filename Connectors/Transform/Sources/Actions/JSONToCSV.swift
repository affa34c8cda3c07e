import ConnectorSDK
import PatchbayJSON

struct JSONToCSV: Action {
    static let title = "JSON to CSV"
    static let summary = "Writes objects or arrays as a table in CSV (RFC 4180)."
    static let effect = Effect.read
    static let documentation: String? = "https://www.rfc-editor.org/rfc/rfc4180"
    static let examples = [
        Example(
            "Chosen columns",
            input: ["rows": [["id": 1, "name": "Ada", "note": nil]], "columns": ["name", "id"], "delimiter": ";"])
    ]

    struct Input: Fields {
        @Field(
            "The rows: all objects, or all arrays. Null becomes an empty field, lists and objects inside their JSON text.",
            .length(0...1_000_000))
        var rows: [JSON]
        @Field(
            "The columns, in their order. When absent, the members of all objects in the order in which they first appear; "
                + "for arrays then no header is written.", .length(1...10_000))
        var columns: [String]?
        @Field("The character between fields.", default: .comma) var delimiter: Delimiter
        @Field("Whether the first row holds the columns' names.", default: true) var header: Bool
        @Field("What ends a line.", default: .crlf) var lineEnding: LineEnding
    }

    struct Output: Fields {
        @Field("The table.") var csv: String
        @Field("How many rows there are, the header not counted.") var count: Int
    }

    enum LineEnding: String, FieldChoice {
        case crlf, lf
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        var writer = CSVWriter(
            delimiter: input.delimiter, lineBreak: input.lineEnding == .crlf ? "\r\n" : "\n")
        let columns = input.columns ?? Self.columns(of: input.rows)
        if input.header, !columns.isEmpty { writer.write(columns) }
        let isTableOfArrays = input.rows.first?.array != nil
        for (index, row) in input.rows.enumerated() {
            if let object = row.object, !isTableOfArrays {
                writer.write(columns.map { CSVWriter.field(object[$0]) })
            } else if let array = row.array, isTableOfArrays {
                guard columns.isEmpty || array.count == columns.count else {
                    throw ConnectorError.invalid(
                        "/rows/\(index)", "has \(array.count) elements for \(columns.count) columns")
                }
                writer.write(array.map { CSVWriter.field($0) })
            } else {
                throw ConnectorError.invalid(
                    "/rows/\(index)", "is \(row.kind), needs an \(isTableOfArrays ? "array" : "object") as the others")
            }
        }
        return Output {
            $0.csv = writer.text
            $0.count = input.rows.count
        }
    }

    private static func columns(of rows: [JSON]) -> [String] {
        var known: Set<String> = []
        var columns: [String] = []
        for row in rows {
            for member in row.object ?? [:] where known.insert(member.name).inserted { columns.append(member.name) }
        }
        return columns
    }
}
