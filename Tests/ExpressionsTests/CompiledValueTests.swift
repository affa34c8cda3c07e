import PatchbayExpressions
import PatchbayJSON
import Testing

struct CompiledValueTests {
    private let evaluate = Evaluating()

    @Test func `every string of a value is evaluated and the rest is kept`() throws {
        let compiled = try CompiledValue(
            compiling: [
                "channel": "{{ env.SLACK_CHANNEL }}", "n": [1, "{{ input.count + 1 }}", nil],
                "{{ key }}": "constant", "deep": ["a": [["b": "{{ steps.get_user.output.user }}"]]],
            ], names: evaluate.names)
        #expect(
            try compiled.evaluate(in: evaluate.scope) == [
                "channel": "#deployments", "n": [1, 4, nil], "{{ key }}": "constant", "deep": ["a": [["b": ["id": 7]]]],
            ])
        #expect(!compiled.isConstant)
        #expect(
            compiled.references == [
                .root("env"), .env("SLACK_CHANNEL"), .root("input"), .root("steps"), .step("get_user"),
            ])
    }

    @Test(arguments: [nil, 1, 1.5, true, "text", [], [:], ["a": [1, "b"]]] as [JSON])
    func `a value without templates is itself`(json: JSON) throws {
        let compiled = try CompiledValue(compiling: json, names: evaluate.names)
        #expect(compiled.isConstant)
        #expect(compiled.references == [])
        #expect(try compiled.evaluate(in: evaluate.scope) == json)
    }

    @Test func `all errors of a value are listed with their pointers`() throws {
        let failure = #expect(throws: CompilationFailure.self) {
            try CompiledValue(
                compiling: ["a": ["x", "{{ 1 + }}"], "b/c~d": "{{ steps.nobody.output }}", "e": "{{"],
                names: evaluate.names)
        }
        let errors = try #require(failure?.errors)
        #expect(errors.map(\.pointer) == ["/a/1", "/b~1c~0d", "/e"])
        #expect(errors.map(\.code) == [.syntax, .unknownName, .syntax])
    }

    @Test func `an error of a run names the pointer, line and column`() throws {
        let compiled = try CompiledValue(compiling: ["a": ["text\n{{ input.usr }}"]], names: evaluate.names)
        let error = #expect(throws: ExpressionError.self) { try compiled.evaluate(in: evaluate.scope) }
        #expect(error?.pointer == "/a/0")
        #expect(error?.line == 2)
        #expect(error?.column == 10)
        #expect(
            error?.description
                == "/a/0, line 2, column 10: input.usr: \"usr\" is missing; the value has: user, count, price, big, items, package "
                + "(did you mean \"user\"?)")
    }
}
