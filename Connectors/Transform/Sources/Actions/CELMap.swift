import ConnectorSDK
import PatchbayJSON

struct CELMap: Action {
    static let title = "Map by CEL"
    static let summary = "Makes a new list: the expression's value for each element."
    static let effect = Effect.read
    static let documentation: String? = "https://github.com/google/cel-spec/blob/master/doc/langdef.md"
    static let examples = [
        Example(
            "Full names",
            input: [
                "expression": "{'n': index, 'name': item.first + ' ' + item.last + vars.suffix}",
                "items": [["first": "Ada", "last": "Lovelace"]], "vars": ["suffix": "!"],
            ])
    ]

    struct Input: Fields {
        @Field("The list.", .length(0...1_000_000)) var items: [JSON]
        @Field(
            "CEL expression of the new element; `item` is the element, `index` its place from 0, `vars` what is given.",
            .length(1...65_536), .multiline, example: "item.price * item.count")
        var expression: String
        @Field("Further values that the expression knows as `vars`.") var vars: JSONObject?
    }

    struct Output: Fields {
        @Field("The new list, in the same order.") var items: [JSON]
        @Field("How many there are.") var count: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let expression = try ItemExpression(input.expression, names: ["item"])
        var items: [JSON] = []
        items.reserveCapacity(input.items.count)
        for (index, item) in input.items.enumerated() {
            items.append(try expression.value(at: index, vars: input.vars, ["item": item]))
        }
        return Output {
            $0.count = items.count
            $0.items = items
        }
    }
}
