import ConnectorSDK
import PatchbayJSON

struct NewRows: PollTrigger {
    static let title = "New rows"
    static let summary = "Tells the rows of a table whose value in a column that only grows is above the last one seen."
    static let documentation: String? = "https://www.postgresql.org/docs/current/sql-select.html"
    static let examples = [Example("Orders", input: ["table": "orders", "column": "id"])]

    struct Input: Fields {
        @Field("Name of the table.", .length(1...63)) var table: String
        @Field("Its schema, when not found without.", .length(1...63)) var schema: String?
        @Field("The column that grows: a sequence, or a time of creation. It should have an index.", .length(1...63))
        var column: String
        @Field("How many at most at a time.", .range(1...10_000), default: 100) var limit: Int
        @Field("Where the first poll begins: behind the rows that are there, or with the oldest one.", default: .now)
        var from: Beginning
    }

    enum Beginning: String, FieldChoice { case now, oldest }

    func poll(_ input: Input, after cursor: JSON?, in context: Context) async throws -> Polled<JSON> {
        // An object, since there may have been no row yet to go on behind.
        if let cursor, cursor.object == nil {
            throw ConnectorError.invalid("/cursor", "is no cursor of an earlier poll")
        }
        return try await context.withDatabase { database in
            let table = try (input.schema.map { try database.quoted($0) + "." } ?? "") + database.quoted(input.table)
            let column = try database.quoted(input.column)
            _ = try database.run("begin read only")
            if cursor == nil, input.from == .now {
                let newest = try database.run("select max(\(column))::text as newest from \(table)").rows.first
                return Polled([], cursor: ["after": newest?["newest"] ?? .null])
            }
            let start = cursor?["after"]?.string
            // The value as text beside the row: no digit of it may be lost.
            let condition = start == nil ? "\(column) is not null" : "\(column) > $1"
            let found = try database.run(
                "select \(column)::text as after_this, to_jsonb(found) as whole_row from "
                    + "(select * from \(table) where \(condition) order by \(column) limit \(input.limit)) as found",
                start.map { [$0] } ?? [])
            let rows = found.rows.map { $0["whole_row"] ?? .null }
            return Polled(rows, cursor: ["after": found.rows.last?["after_this"] ?? start.map(JSON.string) ?? .null])
        }
    }
}
