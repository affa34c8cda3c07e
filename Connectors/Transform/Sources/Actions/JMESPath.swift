import ConnectorSDK
import PatchbayExpressions
import PatchbayJSON

struct JMESPath: Action {
    static let id = "jmespath"
    static let title = "Query by JMESPath"
    static let summary = "Picks and reshapes data by a JMESPath expression."
    static let effect = Effect.read
    static let documentation: String? = "https://jmespath.org/specification.html"
    static let examples = [
        Example(
            "Names of the open ones",
            input: [
                "expression": "orders[?state == 'open'].{id: id, total: sum(lines[].price)}",
                "data": ["orders": [["id": 1, "state": "open", "lines": [["price": 2], ["price": 3]]]]],
            ])
    ]

    struct Input: Fields {
        @Field("The expression.", .length(1...65_536), .multiline, example: "people[?age > `30`].name")
        var expression: String
        @Field("What it looks at.") var data: JSON
    }

    struct Output: Fields {
        @Field("What it found; null when it found nothing.") var result: JSON
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        do throws(JMESPathError) {
            let result = try PatchbayExpressions.JMESPath(input.expression).search(input.data)
            return Output { $0.result = result }
        } catch {
            throw ConnectorError.invalid("/expression", "fails: \(error.description)")
        }
    }
}
