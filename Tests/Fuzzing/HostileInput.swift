import PatchbayCore
import PatchbayExpressions
import PatchbayJSON
import PatchbaySchemas

/// Inputs made to cost much or to nest deeply. Each ends with an error.
package struct HostileInput: Sendable, CustomStringConvertible {
    package let name: String
    /// Answers the error; nil when there was none.
    package let run: @Sendable () -> String?

    package var description: String { name }

    package static let all = nesting + long + exploding + slow

    // MARK: Kinds

    private static var nesting: [HostileInput] {
        let brackets: [(String, String)] = [
            ("(", ")"), ("[", "]"), ("{'a':", "}"), ("-", ""), ("!", ""), ("a[", "]"), ("a ? ", " : a"),
        ]
        let deep = 10_000
        return brackets.map { opening, closing in
            cel("CEL, 10,000 × \(opening)", repeated(opening, deep) + "a" + repeated(closing, deep))
        }
            + [
                cel("CEL, 10,000 calls in a row", "a" + repeated(".size()", deep)),
                template("template, 10,000 × (", repeated("(", deep)),
                cel(
                    "CEL, 1,000 macros inside one another", repeated("[1].map(i, ", 1_000) + "1" + repeated(")", 1_000)),
                jmespath("JMESPath, 10,000 × [", repeated("[", deep) + "@" + repeated("]", deep)),
                jmespath("JMESPath, 10,000 × !", repeated("!", deep) + "@"),
                jmespath("JMESPath, 10,000 × [*]", repeated("[*]", deep)),
                jsonpath("JSONPath, 10,000 filters", "$" + repeated("[?@", deep)),
                jsonpath("JSONPath, 10,000 × (", "$[?" + repeated("(", deep)),
                jsonpath("JSONPath, 10,000 × !", "$[?" + repeated("!(", deep)),
                json("JSON, 10,000 arrays", repeated("[", deep) + repeated("]", deep)),
                json("JSON, 1,000,000 objects", repeated("{\"a\":", 1_000_000)),
                schema("schema, 10,000 × not", repeated("{\"not\":", deep) + "{}" + repeated("}", deep)),
                schemaNest("schema, 2,000 × not, without the parser's limit", 2_000),
            ]
    }

    private static var long: [HostileInput] {
        let mega = 1 << 20
        return [
            cel("CEL, 1 MB of names", repeated("a.", mega / 2) + "a"),
            cel("CEL, 1 MB of a sum", repeated("1+", mega / 2) + "1"),
            cel("CEL, 1 MB of a text", "'" + repeated("a", mega) + "'"),
            template("template, 1 MB", repeated("a+", mega / 2) + "a"),
            jmespath("JMESPath, 1 MB", repeated("a.", mega / 2) + "a"),
            jsonpath("JSONPath, 1 MB", "$" + repeated(".a", mega / 2)),
            cron("cron, 1 MB", repeated("1,", mega / 2) + "1 * * * *"),
            cel("CEL, 60 KB of a sum that is too long", repeated("a+", 30_000) + "a"),
        ]
    }

    private static var exploding: [HostileInput] {
        let ten = "[1,2,3,4,5,6,7,8,9,10]"
        return [
            cel("CEL, lists mapped inside lists", repeated(ten + ".map(i, ", 8) + "i" + repeated(")", 8)),
            cel("CEL, all inside all", repeated(ten + ".all(i, ", 9) + "true" + repeated(")", 9)),
            cel("CEL, a text that doubles", "'aaaaaaaaaa'" + repeated(".replace('a', 'aaaaaaaaaa')", 9)),
            cel("CEL, a list that doubles", repeated("cel.bind(x, ", 40) + "[1]" + repeated(", x + x)", 40)),
            cel(
                "CEL, a list that shares its parts",
                "cel.bind(y, " + repeated("cel.bind(x, ", 40) + "[1]" + repeated(", [x, x])", 40) + ", y == y)"),
            template("template, arrows inside arrows", repeated(ten + ".map(i => ", 8) + "i" + repeated(")", 8)),
            jmespath("JMESPath, values that double", "@" + repeated(" | [@, @]", 60)),
            jmespath("JMESPath, texts that double", "'aaaaaaaa'" + repeated(" | join('', [@, @])", 60)),
            jmespath(
                "JMESPath, equal values that share their parts",
                "[@\(repeated(" | [@, @]", 60)), @\(repeated(" | [@, @]", 60))] | [0] == [1]"),
            jmespath(
                "JMESPath, searches inside searches", "let $a = `\(numbers(1_000))` in map(&map(&map(&@, $a), $a), $a)"),
            jsonpath("JSONPath, descendants of descendants", "$" + repeated("..*", 20)),
            jsonpath("JSONPath, filters of descendants", "$..[?@..[?@..[?@..*]]]"),
            HostileInput(name: "schema, references that double") {
                let members = (0..<40).map { (number: Int) -> (String, JSON) in
                    let next: JSON = ["$ref": .string("#/$defs/d\(number + 1)")]
                    return ("d\(number)", ["allOf": [next, next]])
                }
                var definitions = JSONObject()
                for (name, value) in members { definitions[name] = value }
                definitions["d40"] = ["type": "string"]
                return error(of: ["$ref": "#/$defs/d0", "$defs": .object(definitions)], for: 1)
            },
        ]
    }

    private static var slow: [HostileInput] {
        let text = repeated("a", 50_000)
        return [
            HostileInput(name: "CEL, (a+)+$ on 50,000 letters") {
                guard let compiled = try? CEL.compile("a.matches('^(a+)+$')", options) else {
                    return "no such expression"
                }
                guard let value = try? compiled.evaluate(["a": .string(text + "!")]) else { return "an error" }
                if case .bool(false) = value { return "false" }
                return nil
            },
            HostileInput(name: "schema, (a+)+$ on 50,000 letters") {
                error(of: ["pattern": "^(a+)+$"], for: .string(text + "!"))
            },
            HostileInput(name: "JSONPath, (a+)+$ on 50,000 letters") {
                guard let path = try? JSONPath("$[?match(@, '(a+)+')]") else { return "no such query" }
                guard let nodes = try? path.evaluate([.string(text + "!")]) else { return "an error" }
                return nodes.isEmpty ? "nothing" : nil
            },
            HostileInput(name: "cron, 30 February") {
                guard let schedule = try? CronSchedule("0 0 30 2 *") else { return "no such schedule" }
                return schedule.next(after: Timestamp(milliseconds: 0), in: .utc) == nil ? "never" : nil
            },
            cel("CEL, a pattern with a million states", "a.matches('((a{100}){100}){100}')"),
        ]
    }

    // MARK: Parsers

    private static let options = CEL.Options(variables: ["a": .dyn])

    private static func cel(_ name: String, _ text: String) -> HostileInput {
        HostileInput(name: name) {
            do {
                _ = try CEL.compile(text, options).evaluate(["a": .string("a")])
                return nil
            } catch { return "\(error)" }
        }
    }

    private static func template(_ name: String, _ text: String) -> HostileInput {
        HostileInput(name: name) {
            do {
                let template = try Template("{{ " + text + " }}", names: KnownNames(steps: []))
                _ = try template.evaluate(in: Scope(trigger: ["body": 1]))
                return nil
            } catch { return "\(error)" }
        }
    }

    private static func jmespath(_ name: String, _ text: String) -> HostileInput {
        HostileInput(name: name) {
            do {
                _ = try JMESPath(text).search([1, 2])
                return nil
            } catch { return "\(error)" }
        }
    }

    private static func jsonpath(_ name: String, _ text: String) -> HostileInput {
        HostileInput(name: name) {
            var document: JSON = [1]
            for _ in 0..<12 { document = [document, document] }
            do {
                _ = try JSONPath(text).evaluate(document)
                return nil
            } catch { return "\(error)" }
        }
    }

    private static func cron(_ name: String, _ text: String) -> HostileInput {
        HostileInput(name: name) {
            do {
                _ = try CronSchedule(text)
                return nil
            } catch { return "\(error)" }
        }
    }

    private static func json(_ name: String, _ text: String) -> HostileInput {
        HostileInput(name: name) {
            do {
                _ = try JSON(parsing: text)
                return nil
            } catch { return "\(error)" }
        }
    }

    private static func schema(_ name: String, _ text: String) -> HostileInput {
        HostileInput(name: name) {
            do {
                return error(of: try JSON(parsing: text), for: 1)
            } catch { return "\(error)" }
        }
    }

    private static func schemaNest(_ name: String, _ depth: Int) -> HostileInput {
        HostileInput(name: name) {
            var schema: JSON = true
            for _ in 0..<depth { schema = ["not": schema] }
            return error(of: schema, for: 1) ?? "valid"
        }
    }

    private static func error(of schema: JSON, for value: JSON) -> String? {
        do {
            return try Schema(schema).validate(value).first?.message
        } catch { return "\(error)" }
    }

    private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    private static func numbers(_ count: Int) -> String { JSON.array((0..<Int64(count)).map { .int($0) }).text }
}
