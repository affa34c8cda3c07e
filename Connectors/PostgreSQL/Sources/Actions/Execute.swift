import ConnectorSDK
import PatchbayJSON

struct Execute: Action {
    static let title = "Execute a statement"
    static let summary = "Runs a statement that changes something, as a transaction of its own."
    static let effect = Effect.write
    static let documentation: String? = "https://www.postgresql.org/docs/current/sql-commands.html"
    static let examples = [
        Example(
            "Close an order",
            input: [
                "sql": "update orders set state = 'closed' where id = $1 returning id, closed_at", "parameters": [7],
            ])
    ]

    struct Input: Fields {
        @Field("One statement, with `$1`, `$2`, … for what comes from outside.", .length(1...1_000_000), .multiline)
        var sql: String
        @Field(
            "Values for `$1`, `$2`, …: texts and numbers as they are, lists and objects as JSON.", .length(0...1000),
            default: [])
        var parameters: [JSON]
    }

    struct Output: Fields {
        @Field("How many rows were changed.") var affected: Int
        @Field("What `returning` gives, at most 10,000 rows; empty without.") var rows: [JSON]
        @Field("What was done, in PostgreSQL's words: `UPDATE 1`.") var command: String
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let rows = try await context.withDatabase {
            try $0.run(input.sql, Parameters.texts(input.parameters), limit: 10_000)
        }
        return Output {
            $0.affected = rows.affected
            $0.rows = rows.rows
            $0.command = rows.command
        }
    }
}
