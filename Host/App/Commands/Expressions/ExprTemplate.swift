import ArgumentParser
import PatchbayExpressions
import PatchbayJSON

struct ExprTemplate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "Evaluate a text with {{ expressions }}, as a node's input holds it.",
        discussion: """
            --input is the context, a JSON object: {"trigger": {"body": …}, "steps": {"<node>": {"output": …}}, "env": …}. \
            Its other members are names of their own.

            A line: {"template", "context"}. Its answer: {"value": …} or {"error": {"message", "line", "column"}}.
            """)

    @OptionGroup var options: ExprOptions
    @OptionGroup var data: ExprInput

    func run() throws {
        let surroundings = Surroundings.present()
        try options.run {
            TemplateLine.answer($0, surroundings: surroundings)
        } request: { template in
            ["template": .string(template), "context": data.input == nil ? [:] : try data.read()]
        } show: { answer in
            shown(answer["value"] ?? .null)
        }
    }
}
