import PatchbayExpressions
import PatchbayJSON
import Testing

struct TemplateNamesTests {
    private let names = KnownNames(
        steps: ["each", "inner", "http-1"], titles: ["HTTP Request": ["http-1"], "Twice": ["each", "inner"]],
        env: ["A"],
        loops: ["each", "inner"], payload: ["priority", "input", "user"], variables: ["customer"])
    private let scope = Scope(
        trigger: ["kind": "manual", "body": ["priority": "high", "input": "hidden", "user": ["name": "Ada"]]],
        steps: ["http-1": ["status": 200]], env: ["A": "a"], item: ["id": 2], index: 1,
        loops: ["each": .init(item: ["id": 7], index: 3), "inner": .init(item: ["id": 2], index: 1)],
        variables: ["customer": "ACME"])

    private func value(_ expression: String) throws -> JSON {
        try Template("{{ \(expression) }}", names: names).evaluate(in: scope)
    }

    @Test(
        arguments: [
            ("item.id", 2), ("index", 1), ("loops.each.item.id", 7), ("loops['each'].index", 3), ("$item.id", 2),
            ("$index", 1), ("$json.id", 2), ("loops.inner.index", 1), ("priority", "high"), ("user.name", "Ada"),
            ("customer", "ACME"), ("has(user.name)", true), ("has(user.nme)", false),
            ("$node[\"HTTP Request\"].output.status", 200), ("$node['http-1'].json.status", 200),
            ("has($node['HTTP Request'].output)", true), ("has(steps.each.output)", false), ("has(env.B)", false),
            ("[1].map(priority, priority + 1)", [2]), ("[1].map(item => item + 1)", [2]),
            ("[{'input': 3}].map(input => input.input)", [3]), ("[1].map(x, $input.priority)", ["high"]),
        ] as [(String, JSON)])
    func `names lead to the values of loops, trigger and context`(expression: String, value: JSON) throws {
        #expect(try self.value(expression) == value)
    }

    /// A member of the body that is called like a name of the language does not hide it.
    @Test func `names of the language go before members of the body`() throws {
        #expect(try value("input.input") == "hidden")
        #expect(try value("type(1) == int") == true)
    }

    @Test(arguments: [
        ("prioritty", "unknown name \"prioritty\"", "did you mean \"priority\"?"),
        ("$node.Twice.output", "\"Twice\" is the name of several nodes: \"each\", \"inner\"", "write $node[\"each\"]"),
        ("loops.outer.item", "there is no loop \"outer\" around this node", "loops around this node are: each, inner"),
        ("loops.each.value", "a loop has \"item\" and \"index\", and no \"value\"", "write loops.each.item"),
        ("loops.each", "a loop is no value of its own", "write loops.each.item"),
        ("steps['HTTP Request'].output", "there is no node \"HTTP Request\"", "nodes are: each, http-1, inner"),
    ])
    func `what no name means is told at save`(expression: String, message: String, hint: String) {
        let failure = #expect(throws: CompilationFailure.self) { try value(expression) }
        #expect(failure?.errors.first?.message == message)
        #expect(failure?.errors.first?.hint == hint)
    }

    @Test func `outside of loops there is no item`() {
        let failure = #expect(throws: CompilationFailure.self) {
            try Template("{{ item.id }}", names: KnownNames(steps: []))
        }
        #expect(failure?.errors.first?.message == "item is known inside of a loop only")
    }

    @Test func `a known member that a run lacks is an error with its path`() throws {
        var scope = scope
        scope.trigger = ["body": [:]]
        let template = try Template("{{ priority }}", names: names)
        let error = #expect(throws: ExpressionError.self) { try template.evaluate(in: scope) }
        #expect(error?.message == "\"priority\" is not in trigger.body")
        #expect(error?.hint == "ask with has(trigger.body.priority) first")
    }

    @Test func `moments, spans and bytes become text`() throws {
        let value = try CompiledValue(
            compiling: [
                "at": "{{ timestamp('2026-01-12T10:05:00Z') }}", "for": "{{ duration('90s') }}", "raw": "{{ b'abc' }}",
                "text": "at {{ timestamp('2026-01-12T10:05:00Z') }}",
            ], names: KnownNames(steps: [])
        ).evaluate(in: Scope(trigger: [:]))
        #expect(
            value == [
                "at": "2026-01-12T10:05:00Z", "for": "90s", "raw": "YWJj", "text": "at 2026-01-12T10:05:00Z",
            ])
    }
}
