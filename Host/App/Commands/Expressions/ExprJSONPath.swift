import ArgumentParser
import PatchbayExpressions
import PatchbayJSON

struct ExprJSONPath: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jsonpath", abstract: "Select from data with JSONPath (RFC 9535).",
        discussion: """
            Prints one value a line; with --paths the normalized path before each.

            A line: {"selector", "document"}. Its answer: {"result": […], "paths": […]} or {"error": {"message", …}}.
            """)

    @OptionGroup var options: ExprOptions
    @OptionGroup var data: ExprInput

    @Flag(help: "Print where each value stands, too.") var paths = false

    func run() throws {
        try options.run(JSONPathLine.answer) { selector in
            ["selector": .string(selector), "document": try data.read()]
        } show: { answer in
            let values = (answer["result"]?.array ?? []).map(\.text)
            let places = (answer["paths"]?.array ?? []).map { $0.string ?? "" }
            return zip(places, values).map { paths ? "\($0)\t\($1)" : $1 }.joined(separator: "\n")
        }
    }
}
