import ArgumentParser
import PatchbayExpressions
import PatchbayJSON

struct ExprCEL: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cel", abstract: "Evaluate an expression of CEL.",
        discussion: """
            The members of --input, a JSON object, are the expression's variables.

            A line: {"expr", "bindings"?, "container"?, "disable_macros"?, "type_env"?, "check_only"?}, with values like \
            {"t": "int", "v": "1"}. Its answer: {"value": …}, {"type": …} or {"error": {"message", "line", "column"}}.
            """)

    @OptionGroup var options: ExprOptions
    @OptionGroup var data: ExprInput

    @Flag(help: "Answer the expression's type instead of its value.") var check = false

    func run() throws {
        let surroundings = Surroundings.present()
        try options.run {
            CELLine.answer($0, surroundings: surroundings)
        } request: { expression in
            var request: JSONObject = ["expr": .string(expression), "plain": true]
            if data.input != nil { request["input"] = try data.read() }
            if check { request["check_only"] = true }
            return .object(request)
        } show: { answer in
            answer["type"]?.string ?? shown(answer["value"] ?? .null)
        }
    }
}

/// A text as it is, anything else as JSON.
func shown(_ value: JSON) -> String { value.string ?? value.prettyText }
