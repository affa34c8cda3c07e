import ConnectorSDK
import PatchbayJSON

struct CELFilter: Action {
    static let title = "Filter by CEL"
    static let summary = "Keeps the elements of a list for which a condition holds."
    static let effect = Effect.read
    static let documentation: String? = "https://github.com/google/cel-spec/blob/master/doc/langdef.md"
    static let examples = [
        Example(
            "What is due",
            input: [
                "expression": "item.total > vars.least && has(item.due)",
                "items": [["total": 120, "due": "2026-12-01"], ["total": 3]], "vars": ["least": 100],
            ])
    ]

    struct Input: Fields {
        @Field("The list.", .length(0...1_000_000)) var items: [JSON]
        @Field(
            """
            CEL expression that is true for what is kept; `item` is the element, `index` its place from 0, `vars` what is \
            given.
            """, .length(1...65_536), .multiline, example: "item.state == 'open'")
        var expression: String
        @Field("Further values that the expression knows as `vars`.") var vars: JSONObject?
    }

    struct Output: Fields {
        @Field("Those for which it is true, in the same order.") var items: [JSON]
        @Field("How many these are.") var count: Int
        @Field("How many were left out.") var rejected: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let expression = try ItemExpression(input.expression, names: ["item"])
        var items: [JSON] = []
        for (index, item) in input.items.enumerated() {
            let verdict = try expression.value(at: index, vars: input.vars, ["item": item])
            guard let isKept = verdict.bool else {
                throw ConnectorError(
                    .invalidInput,
                    "`/expression` gives \(verdict.kind) for `/items/\(index)`; a condition needs true or false",
                    effect: .none, pointer: "/expression")
            }
            if isKept { items.append(item) }
        }
        return Output {
            $0.count = items.count
            $0.rejected = input.items.count - items.count
            $0.items = items
        }
    }
}
