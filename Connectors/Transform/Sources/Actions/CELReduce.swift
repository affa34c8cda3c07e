import ConnectorSDK
import PatchbayJSON

struct CELReduce: Action {
    static let title = "Reduce by CEL"
    static let summary =
        "Makes one value of a list: the expression gets what it gave for the element before, and the next."
    static let effect = Effect.read
    static let documentation: String? = "https://github.com/google/cel-spec/blob/master/doc/langdef.md"
    static let examples = [
        Example(
            "A sum",
            input: [
                "expression": "accumulator + item.price", "initial": 0, "items": [["price": 2], ["price": 3]],
            ])
    ]

    struct Input: Fields {
        @Field("The list.", .length(0...1_000_000)) var items: [JSON]
        @Field("What `accumulator` is for the first element, and the result of an empty list.", default: .null)
        var initial: JSON
        @Field(
            """
            CEL expression of the new accumulator; `accumulator` is the value so far, `item` the element, `index` its \
            place from 0, `vars` what is given.
            """, .length(1...65_536), .multiline, example: "accumulator + item.price")
        var expression: String
        @Field("Further values that the expression knows as `vars`.") var vars: JSONObject?
    }

    struct Output: Fields {
        @Field("The accumulator after the last element.") var result: JSON
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let expression = try ItemExpression(input.expression, names: ["accumulator", "item"])
        var accumulator = input.initial
        for (index, item) in input.items.enumerated() {
            accumulator = try expression.value(
                at: index, vars: input.vars, ["accumulator": accumulator, "item": item])
        }
        return Output { $0.result = accumulator }
    }
}
