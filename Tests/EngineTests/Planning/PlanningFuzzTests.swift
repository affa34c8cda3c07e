import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import Testing

/// Whatever JSON arrives: a plan or problems, never a crash. The seed is fixed, so that a failure comes back.
struct PlanningFuzzTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        /// SplitMix64.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }

    private let planner = Planner(catalogue: FixtureCatalogue())
    private let names = [
        "name", "nodes", "edges", "graph", "id", "type", "config", "input", "uses", "credential", "retry", "timeout",
        "source", "target", "port", "if", "values", "path", "verify", "scheme", "secret", "action", "on_error",
        "attempts",
    ]
    private let texts = [
        "a", "b", "hook", "manual", "webhook", "condition", "set", "action", "slack", "slack/send_message", "true",
        "{{ steps.a.output }}", "{{ trigger.body }}", "{{", "20s", "", "github", "é", "a/b",
    ]

    private func value(_ depth: Int, _ generator: inout Generator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 12 : 6), using: &generator) {
        case 0: return nil
        case 1: return .bool(.random(using: &generator))
        case 2: return .int(.random(in: -2...5, using: &generator))
        case 3: return .double(1.5)
        case 4, 5: return .string(texts.randomElement(using: &generator) ?? "")
        case 6...8:
            return .array((0..<Int.random(in: 0...4, using: &generator)).map { _ in value(depth - 1, &generator) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                object[names.randomElement(using: &generator) ?? ""] = value(depth - 1, &generator)
            }
            return .object(object)
        }
    }

    @Test func `random documents never crash`() {
        var generator = Generator(state: 3)
        for _ in 0..<1_500 {
            let planning = planner.plan(value(5, &generator), credentials: [])
            #expect(planning.plan == nil || planning.problems.isEmpty)
            if planning.plan != nil { #expect(NodeSchemas.violations(of: planning.document) == []) }
        }
    }

    @Test func `good documents with one thing replaced never crash, and come out planned or with problems`() {
        var generator = Generator(state: 4)
        let good = FixtureDocument().json
        for _ in 0..<1_500 {
            let planning = planner.plan(replacing(in: good, &generator), credentials: [])
            #expect((planning.plan == nil) != planning.problems.isEmpty)
        }
    }

    /// Walks down a random way and puts something else at its end.
    private func replacing(in json: JSON, _ generator: inout Generator) -> JSON {
        if Int.random(in: 0..<4, using: &generator) == 0 { return value(2, &generator) }
        switch json {
        case .array(var elements) where !elements.isEmpty:
            let index = Int.random(in: elements.indices, using: &generator)
            elements[index] = replacing(in: elements[index], &generator)
            return .array(elements)
        case .object(let object) where !object.isEmpty:
            let member = object[Int.random(in: 0..<object.count, using: &generator)]
            let name = Bool.random(using: &generator) ? member.name : names.randomElement(using: &generator) ?? ""
            return json.with(name, replacing(in: member.value, &generator))
        default: return value(2, &generator)
        }
    }
}
