import HostFixture
import PatchbayJSON
import Testing

/// `patchbay expr`, tried as a person and as a program would.
@Suite(.timeLimit(.minutes(5))) struct ExpressionCommandTests {
    private struct Answer {
        let output: String
        let errors: String
        let status: Int
    }

    private func expr(_ arguments: String..., input: String = "") async throws -> Answer {
        let installation = try await Installation([])
        let answer = try await installation.command(["expr"] + arguments, input: input)
        return Answer(output: answer.output, errors: answer.errors, status: Int(answer.status))
    }

    @Test func `each language answers an expression`() async throws {
        #expect(try await expr("cel", "n + 1", "--input", #"{"n": 41}"#).output == "42\n")
        #expect(try await expr("cel", "[1, 2]", "--check").output == "list(int)\n")
        let template = try await expr("template", "Hi {{ user.name }}", "--input", #"{"user": {"name": "Ada"}}"#)
        #expect(template.output == "Hi Ada\n", "\(template.errors)")
        #expect(try await expr("jmespath", "a[].b", "--input", #"{"a": [{"b": 1}]}"#, "--json").status == 0)
        let paths = try await expr("jsonpath", "$..b", "--input", #"{"a": [{"b": 1}]}"#)
        #expect(paths.output.contains("1") && paths.status == 0)
        let times = try await expr(
            "cron", "30 2 * * *", "--tz", "Europe/Berlin", "--after", "2026-03-28T03:00:00Z", "--count", "1")
        // The night in which that hour does not exist is left out.
        #expect(times.output == "2026-03-30T02:30:00+02:00\n", "\(times.errors)")
        let wrong = try await expr("schema", #"{"type": "object", "required": ["a"]}"#, "--input", "{}")
        #expect(wrong.status == 1 && wrong.output.contains("a"))
        #expect(try await expr("schema", #"{"required": ["a"]}"#, "--input", #"{"a": 1}"#).status == 0)
    }

    @Test func `an error says where, and what was meant`() async throws {
        let name = try await expr("cel", "usr.name", "--input", #"{"user": {}}"#)
        #expect(name.status == 1)
        #expect(name.errors.contains(#"line 1, column 1: unknown name "usr" (did you mean "user"?)"#), "\(name.errors)")
        let missing = try await expr(
            "template", "{{ trigger.body.a.b }}", "--input", #"{"trigger": {"body": {"a": {}}}}"#)
        #expect(missing.status == 1)
        #expect(missing.errors.contains("trigger.body.a.b"), "\(missing.errors)")
        let json = try await expr("cel", "1 +", "--json")
        let error = try JSON(parsing: json.output)["error"]
        #expect(error?["line"] == 1 && error?["column"] != nil && json.status == 1)
        #expect(try await expr("cron", "61 * * * *").status == 1)
        #expect(try await expr("cel").errors.contains("Name one expression"))
    }

    @Test func `lines are answered one by one, in order, whatever they hold`() async throws {
        let answer = try await expr(
            "cel", "--lines",
            input: """
                {"expr": "x + 1", "bindings": {"x": {"t": "int", "v": "9223372036854775806"}}}
                no JSON
                {"expr": "1 / 0"}
                {"expr": "f(x)", "check_only": true, "type_env": [{"name": "x", "ident": "int"}, {"name": "f", "function": \
                [{"overload_id": "f_int", "params": ["int"], "result": "list(string)"}]}]}
                {"expr": "b'\\\\x00'"}

                """)
        #expect(answer.status == 0)
        let lines = try answer.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
        #expect(lines.count == 5, "\(answer.output)")
        #expect(lines[0]["value"] == ["t": "int", "v": "9223372036854775807"])
        #expect(lines[1]["error"] != nil && lines[2]["error"]?["message"] != nil)
        #expect(lines[3] == ["type": "list(string)"])
        #expect(lines[4]["value"] == ["t": "bytes", "v": "AA=="])
    }

    @Test func `schemas in a folder are found by their addresses`() async throws {
        let installation = try await Installation([])
        let file = try installation.write(#"{"type": "integer"}"#, to: "integer.json")
        let schema = #"{"$ref": "https://example.com/integer.json"}"#
        let folder = String(file.dropLast("/integer.json".count))
        let answer = try await installation.command(
            ["expr", "schema", schema, "--documents", "https://example.com/integer.json=\(folder)/integer.json"],
            input: "")
        #expect(answer.status == 1, "null is no integer")
        let unknown = try await installation.command(["expr", "schema", schema], input: "")
        #expect(unknown.errors.contains("integer.json"), "\(unknown.errors)")
    }
}
