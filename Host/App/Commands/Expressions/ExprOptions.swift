import ArgumentParser
import PatchbayCore
import PatchbayJSON

/// What every language's command takes.
struct ExprOptions: ParsableArguments {
    @Argument(help: "The expression; not with --lines.") var expression: String?

    @Option(name: .long, help: "A file that holds the expression; - reads standard input.") var file: String?

    @Flag(help: "Answer one JSON object a line from standard input, each with one line.") var lines = false

    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        let given = (expression == nil ? 0 : 1) + (file == nil ? 0 : 1)
        if lines {
            guard given == 0 else {
                throw ValidationError("--lines brings its expressions with it; leave the others out.")
            }
        } else if given != 1 {
            throw ValidationError("Name one expression, one --file, or --lines.")
        }
    }

    /// Answers every line, or the one expression: `request` makes of it what a line would hold.
    func run(
        _ answer: (JSON) -> JSON, request: (String) throws -> JSON, show: (JSON) -> String
    ) throws {
        if lines { return try LineExchange.run(answer) }
        let result = answer(try request(try text()))
        if json {
            Console.print(json: result)
        } else if let error = result["error"] {
            throw CommandFailure(Self.sentence(error))
        } else {
            Console.print(show(result))
        }
        if result["error"] != nil || result["valid"] == false { throw ExitCode.failure }
    }

    private func text() throws -> String {
        guard let file else { return expression ?? "" }
        guard let text = String(validating: try TextFile.read(file), as: UTF8.self) else {
            throw CommandFailure("\(file) is not UTF-8.")
        }
        return text
    }

    /// `line 1, column 3: … (did you mean …)`
    static func sentence(_ error: JSON) -> String {
        var place = ""
        if let line = error["line"]?.int, let column = error["column"]?.int {
            place = "line \(line), column \(column): "
        }
        return place + (error["message"]?.string ?? "") + (error["hint"]?.string.map { " (\($0))" } ?? "")
    }
}

/// Where an expression's data comes from.
struct ExprInput: ParsableArguments {
    @Option(help: "The data: an object or list of JSON, or a file with JSON; - reads standard input.") var input:
        String?

    /// Null when there is none.
    func read() throws -> JSON {
        guard let input else { return .null }
        // No file worth naming so begins with a bracket.
        if let first = input.utf8.first, [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(first) {
            return try Self.parse(Array(input.utf8), what: "--input")
        }
        return try Self.parse(try TextFile.read(input), what: input)
    }

    static func parse(_ bytes: [UInt8], what: String) throws -> JSON {
        do {
            return try JSON(parsing: bytes)
        } catch {
            throw CommandFailure("\(what) is not JSON: \(error.description)")
        }
    }
}
