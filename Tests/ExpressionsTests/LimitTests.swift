import PatchbayExpressions
import PatchbayJSON
import Testing

struct LimitTests {
    private var evaluate = Evaluating()

    @Test func `a text over its size is refused before it is read`() {
        let error = evaluate.textError("{{" + String(repeating: " ", count: 65_536) + "}}")
        #expect(error?.code == .limit)
        #expect(error?.message == "a text with expressions may have 65536 bytes, and this has 65540")
    }

    @Test mutating func `doubling a text again and again ends at the result's size`() {
        evaluate.scope.trigger = ["body": .string(String(repeating: "x", count: 1 << 20))]
        let sum = Array(repeating: "input", count: 20).joined(separator: "+")
        #expect(evaluate.error(sum)?.code == .limit)
        let list = "[" + Array(repeating: "input", count: 20).joined(separator: ",") + "]"
        #expect(evaluate.error(list)?.message == "the result is larger than 16777216 bytes")
        #expect(evaluate.textError(String(repeating: "{{ input }}", count: 20))?.code == .limit)
    }

    @Test mutating func `the size counts over the whole value`() throws {
        evaluate.scope.trigger = ["body": .string(String(repeating: "x", count: 1 << 20))]
        let compiled = try CompiledValue(
            compiling: .array(Array(repeating: "{{ input }}", count: 20)), names: evaluate.names)
        let error = #expect(throws: ExpressionError.self) { try compiled.evaluate(in: evaluate.scope) }
        #expect(error?.code == .limit)
    }

    @Test mutating func `comparing large data again and again ends at the step limit`() {
        evaluate.scope.trigger = ["body": .array((0..<10_000).map { .int($0) })]
        let chain = Array(repeating: "input == input", count: 200).joined(separator: " && ")
        #expect(evaluate.error(chain)?.message == "the expression needs more than 1000000 steps")
        // A limit is no error that || may absorb.
        #expect(evaluate.error("(\(chain)) || true")?.code == .limit)
    }

    @Test mutating func `results deeper than JSON can be read again are refused`() {
        evaluate.scope.trigger = ["body": (0..<499).reduce(1) { value, _ in [value] }]
        #expect(throws: Never.self) { try evaluate("input") }
        #expect(throws: Never.self) { try evaluate("[input]") }
        #expect(evaluate.error("[[input]]")?.message == "the result is nested more than 500 levels deep")
    }

    @Test func `values deeper than the limit do not compile`() {
        let deep = (0..<2_000).reduce("{{ 1 }}" as JSON) { value, _ in ["a": value] }
        let failure = #expect(throws: CompilationFailure.self) {
            try CompiledValue(compiling: deep, names: evaluate.names)
        }
        #expect(failure?.errors.map(\.code) == [.limit])
    }
}
