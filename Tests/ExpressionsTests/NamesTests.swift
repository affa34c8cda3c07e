import PatchbayExpressions
import PatchbayJSON
import Testing

struct NamesTests {
    private let evaluate = Evaluating()

    @Test(
        arguments: [
            ("trigger.body.user.name", "Ada"), ("trigger.payload.user.name", "Ada"), ("trigger[\"payload\"].count", 3),
            ("input.user['name']", "Ada"), ("input.items[1].id", 2), ("input.items[0.0].id", 1),
            ("input.user.manager", nil),
            ("trigger.headers['x-github-event']", "push"), ("trigger.kind", "webhook"), ("input.package", "box"),
            ("steps.get_user.output.user.id", 7), ("steps.get_user.response.user.id", 7),
            ("steps[\"get_user\"][\"output\"].ok", true),
            ("steps['with-hyphen'].output", "text"), ("env.SLACK_CHANNEL", "#deployments"),
            ("env['SLACK_CHANNEL']", "#deployments"), ("env", ["SLACK_CHANNEL": "#deployments"]),
            ("run.id", "run_1"), ("workflow.version", 2), ("input.big", .uint(.max)), ("input.price", 2.5),
            ("has(input.user.manager)", true), ("has(input.user.boss)", false), ("has(steps.get_user.output)", true),
            ("has(steps.not_run.output)", false), ("has(steps.get_user.output.nothing)", false),
            ("has(env.OTHER)", false),
            ("has(trigger.payload)", true), ("{1: 'a'}[1]", "a"), ("{'k': 1}.k", 1), ("{2u: 'b'}[2.0]", "b"),
        ] as [(String, JSON)])
    func `names lead to values`(expression: String, value: JSON) throws {
        #expect(try evaluate(expression) == value)
    }

    @Test(arguments: [
        ("triger.body", "unknown name \"triger\"", "did you mean \"trigger\"?"),
        ("body", "unknown name \"body\"", "names are: trigger, steps, input, run, workflow, env, credentials"),
        ("get_user.output", "unknown name \"get_user\"", "write steps.get_user.output"),
        ("steps.get_usr.output", "there is no node \"get_usr\"", "did you mean \"get_user\"?"),
        ("steps['get_usr'].output", "there is no node \"get_usr\"", "did you mean \"get_user\"?"),
        (
            "steps.with-hyphen.output", "a step is no value of its own",
            "an id with a hyphen is written steps[\"with-hyphen\"]"
        ),
        (
            "steps.get_user.result.body", "a step has \"output\" only, and no \"result\"",
            "write steps.get_user.output"
        ),
        ("steps.get_user", "a step is no value of its own", "write steps.get_user.output"),
        ("steps", "steps alone is no value", "write steps.<node>.output"),
        ("steps[input.user.name].output", "the node's id must be written out", "write steps[\"<node>\"].output"),
        ("env.SLACK_CHANEL", "\"SLACK_CHANEL\" is not in env", "did you mean \"SLACK_CHANNEL\"?"),
        ("sized(1)", "unknown function \"sized\"", "did you mean \"size\"?"),
        ("contains('a', 'b')", "unknown function \"contains\"", "write x.contains(…)"),
        ("'a'.string()", "unknown function \"string\"", "write string(…)"),
        (
            "size()", "size takes 1 argument, and this has 0",
            "it is called as size(string), size(bytes), size(list), size(map)"
        ),
        ("'a'.contains('a', 'b')", "contains takes 1 argument, and this has 2", nil),
    ])
    func `names that nothing can have are found at save`(expression: String, message: String, hint: String?) throws {
        let failure = #expect(throws: CompilationFailure.self) {
            try Template("{{ \(expression) }}", names: evaluate.names)
        }
        let error = try #require(failure?.errors.first)
        #expect(error.message == message)
        #expect(error.hint == hint)
    }

    @Test func `every unknown name of a text is listed`() throws {
        let failure = #expect(throws: CompilationFailure.self) {
            try Template("{{ a + b }} {{ steps.x.output }}", names: evaluate.names)
        }
        let errors = try #require(failure?.errors)
        #expect(errors.map(\.column) == [4, 8, 22])
    }

    @Test func `without a list of the environment every name in it is accepted`() throws {
        let template = try Template("{{ env.ANY }}", names: KnownNames(steps: []))
        #expect(template.references == [.root("env"), .env("ANY")])
        let error = #expect(throws: ExpressionError.self) { try template.evaluate(in: evaluate.scope) }
        #expect(error?.message == "\"ANY\" is not in env")
    }

    @Test(arguments: [
        (
            "steps.get_user.output.usr.name",
            "steps.get_user.output.usr.name: \"usr\" is missing; the value has: user, ok", "did you mean \"user\"?", 23
        ),
        (
            "steps.get_user.output.user.nam",
            "steps.get_user.output.user.nam: \"nam\" is missing; the value has: id",
            "ask with has(…) first, or write .?nam",
            28
        ),
        (
            "trigger.body.user.nme",
            "trigger.body.user.nme: \"nme\" is missing; the value has: name, email, tags, manager",
            "did you mean \"name\"?", 19
        ),
        (
            "trigger.payload.user['nme']",
            "trigger.payload.user['nme']: \"nme\" is missing; the value has: name, email, tags, manager",
            "did you mean \"name\"?", 22
        ),
        (
            "input.nobody",
            "input.nobody: \"nobody\" is missing; the value has: user, count, price, big, items, package", nil, 7
        ),
        (
            "trigger.headers.x", "trigger.headers.x: \"x\" is missing; the value has: x-github-event",
            "a name with a hyphen is written [\"x-github-event\"]", 17
        ),
        ("input.count.value", "input.count is an int and has no member \"value\"", nil, 13),
        ("input.user.manager.name", "input.user.manager is null and has no member \"name\"", nil, 20),
        ("input.items[2]", "input.items has no element 2", "it has elements 0 to 1", 13),
        ("input.items[-1]", "input.items has no element -1", "it has elements 0 to 1", 13),
        ("[][0]", "the list has no element 0", "it is empty", 4),
        (
            "input.items['a']", "input.items is a list and has no member \"a\"",
            "elements have numbers: [0] is the first", 13
        ),
        ("input.items[true]", "a list's index must be an int, and this is a bool", nil, 13),
        ("input.count[0]", "input.count is an int and has no elements", nil, 13),
        ("input[[]]", "a map's key must not be a list", nil, 7),
        ("{'a': 1}.b", "{'a': 1}.b: \"b\" is missing; the value has: a", "did you mean \"a\"?", 10),
        (
            "steps.not_run.output.id", "the step \"not_run\" has no output: it did not run, or not yet",
            "ask with has(steps.not_run.output) first", 7
        ),
        (
            "has(input.nobody.name)",
            "input.nobody: \"nobody\" is missing; the value has: user, count, price, big, items, package", nil, 11
        ),
        ("has(input.count.x)", "input.count is an int and has no member \"x\"", nil, 1),
    ])
    func `what is not there is an error with its path, never null`(
        expression: String, message: String, hint: String?, column: Int
    ) {
        let error = evaluate.error(expression)
        #expect(error?.message == message)
        if let hint { #expect(error?.hint == hint) }
        #expect(error?.column == column)
        #expect(error?.code == .missing || error?.code == .type)
    }

    @Test func `a trigger without a body says so`() {
        var evaluate = evaluate
        evaluate.scope.trigger = ["kind": "manual"]
        #expect(evaluate.error("input.x")?.message == "the trigger has no body")
        evaluate.scope.trigger = nil
        #expect(evaluate.error("trigger.body")?.message == "the trigger has no body")
    }
}
