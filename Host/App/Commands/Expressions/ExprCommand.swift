import ArgumentParser

struct ExprCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expr", abstract: "Try an expression: CEL, a template, JMESPath, JSONPath, JSON Schema or cron.",
        discussion: """
            One expression, with data from --input; or many with --lines: one JSON object a line from standard input, one \
            answer a line, in order. Exit status: 0 a value, 1 an error of the expression or its data. With --lines it is 0 \
            whatever single lines hold.
            """,
        subcommands: [
            ExprCEL.self, ExprTemplate.self, ExprJMESPath.self, ExprJSONPath.self, ExprSchema.self, ExprCron.self,
        ])
}
