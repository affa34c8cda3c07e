import ArgumentParser
import PatchbayExpressions
import PatchbayJSON

struct ExprJMESPath: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jmespath", abstract: "Search data with JMESPath.",
        discussion: """
            A line: {"expression", "given"}. Its answer: {"result": …} or {"error": {"message", …}}.
            """)

    @OptionGroup var options: ExprOptions
    @OptionGroup var data: ExprInput

    func run() throws {
        try options.run(JMESPathLine.answer) { expression in
            ["expression": .string(expression), "given": try data.read()]
        } show: { answer in
            shown(answer["result"] ?? .null)
        }
    }
}
