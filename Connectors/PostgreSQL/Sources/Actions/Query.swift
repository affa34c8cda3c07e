import ConnectorSDK
import PatchbayJSON

struct Query: Action {
    static let title = "Query"
    static let summary = "Reads rows. The statement runs in a transaction that can only read."
    static let effect = Effect.read
    static let documentation: String? = "https://www.postgresql.org/docs/current/sql-select.html"
    static let examples = [
        Example(
            "Open orders",
            input: [
                "sql":
                    "select id, total from orders where state = $1 and customer = any (select jsonb_array_elements_text($2))",
                "parameters": ["open", ["ada", "grace"]], "limit": 50,
            ])
    ]

    struct Input: Fields {
        @Field("One statement, with `$1`, `$2`, … for what comes from outside.", .length(1...1_000_000), .multiline)
        var sql: String
        @Field(
            "Values for `$1`, `$2`, …: texts and numbers as they are, lists and objects as JSON.", .length(0...1000),
            default: [])
        var parameters: [JSON]
        @Field("How many rows at most.", .range(1...100_000), default: 1000) var limit: Int
    }

    struct Output: Fields {
        @Field("The rows, as objects by the columns' names.") var rows: [JSON]
        @Field("How many these are.") var count: Int
        @Field("The columns' names, in their order.") var columns: [String]
        @Field("Whether there are more.") var truncated: Bool
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let rows = try await context.withDatabase { database in
            _ = try database.run("begin read only")
            return try database.run(input.sql, Parameters.texts(input.parameters), limit: input.limit, stops: true)
        }
        return Output {
            $0.rows = rows.rows
            $0.count = rows.rows.count
            $0.columns = rows.columns
            $0.truncated = rows.isTruncated
        }
    }
}
