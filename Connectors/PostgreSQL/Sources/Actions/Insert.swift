import ConnectorSDK
import PatchbayJSON

struct Insert: Action {
    static let title = "Insert rows"
    static let summary = "Writes rows into a table, all or none."
    static let effect = Effect.write
    static let documentation: String? = "https://www.postgresql.org/docs/current/sql-insert.html"
    static let examples = [
        Example(
            "New or changed",
            input: [
                "table": "orders", "rows": [["id": 7, "state": "open", "lines": [["sku": "A"]]]],
                "on_conflict": "update", "key": ["id"], "returning": ["id"],
            ])
    ]

    struct Input: Fields {
        @Field("Name of the table.", .length(1...63)) var table: String
        @Field("Its schema, when not found without.", .length(1...63)) var schema: String?
        @Field(
            "Objects by the columns' names. A member that only some have is null in the others; columns that none has get their default.",
            .length(1...10_000))
        var rows: [JSONObject]
        @Field(
            "What happens to a row that is there already: the step fails, the row is left out, or it is changed.",
            default: .fail)
        var onConflict: Conflict
        @Field("The columns by which a row is there already; needed to change it.", .length(1...32)) var key: [String]?
        @Field("Columns that are given back.", .length(1...100)) var returning: [String]?
    }

    enum Conflict: String, FieldChoice { case fail, ignore, update }

    struct Output: Fields {
        @Field("How many rows were written.") var affected: Int
        @Field("The columns that were asked for, of each row that was written.") var rows: [JSON]
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let columns = input.columns
        guard !columns.isEmpty else { throw ConnectorError.invalid("/rows/0", "has no member") }
        if input.onConflict == .update, input.key == nil {
            throw ConnectorError.invalid("/key", "is needed to change rows")
        }
        let rows = try await context.withDatabase { database in
            try database.run(
                try input.statement(columns, quoting: database.quoted), [(input.rows.json ?? []).text])
        }
        return Output {
            $0.affected = rows.affected
            $0.rows = rows.rows
        }
    }
}

extension Insert.Input {
    /// Members of all rows, in the order in which they first appear.
    fileprivate var columns: [String] {
        var known: Swift.Set<String> = []
        return rows.flatMap(\.names).filter { known.insert($0).inserted }
    }

    /// The rows travel as one parameter, which PostgreSQL itself takes apart by the table's own types.
    fileprivate func statement(
        _ columns: [String], quoting quoted: (String) throws -> String
    ) throws -> String {
        func list(_ names: [String]) throws -> String { try names.map(quoted).joined(separator: ", ") }
        let target = try (schema.map { try quoted($0) + "." } ?? "") + quoted(table)
        let names = try list(columns)
        var sql =
            "insert into \(target) (\(names)) select \(names) from jsonb_populate_recordset(null::\(target), $1::jsonb)"
        let keys = try key.map { " (\(try list($0)))" } ?? ""
        switch onConflict {
        case .fail: break
        case .ignore: sql += " on conflict\(keys) do nothing"
        case .update:
            let changed = columns.filter { key?.contains($0) != true }
            let changes = try changed.map { "\(try quoted($0)) = excluded.\(try quoted($0))" }
            sql +=
                " on conflict\(keys) do "
                + (changes.isEmpty ? "nothing" : "update set " + changes.joined(separator: ", "))
        }
        if let returning { sql += " returning \(try list(returning))" }
        return sql
    }
}
