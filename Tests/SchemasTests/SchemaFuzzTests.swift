import PatchbayJSON
import PatchbaySchemas
import Testing

/// Schemas that chance has made: compiling and judging end, with a verdict or an error, and agree with the meta-schema.
@Suite struct SchemaFuzzTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }

    private static let keywords = [
        "type", "enum", "const", "minimum", "multipleOf", "minLength", "pattern", "items", "prefixItems", "contains",
        "minContains", "uniqueItems", "properties", "patternProperties", "additionalProperties", "propertyNames",
        "required", "dependentRequired", "dependentSchemas", "allOf", "anyOf", "oneOf", "not", "if", "then", "else",
        "unevaluatedItems", "unevaluatedProperties", "$ref", "$dynamicRef", "$anchor", "$dynamicAnchor", "$defs",
        "format",
        "title", "description", "readOnly", "examples", "contentSchema", "maxItems", "dependencies",
    ]

    private static func value(_ depth: Int, _ random: inout Random) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 12 : 8), using: &random) {
        case 0: return .bool(.random(using: &random))
        case 1: return .int(.random(in: -2...5, using: &random))
        case 2: return .double(.random(in: -1...1, using: &random))
        case 3: return .null
        case 4:
            return .string(
                ["string", "integer", "a", "#", "#a", "#/$defs/a", "^a+$", "("].randomElement(using: &random)!)
        case 5: return ["string", "object"]
        case 6, 7: return [:]
        case 8: return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth - 1, &random) })
        case 9: return ["a": schema(depth - 1, &random), "b": value(depth - 1, &random)]
        default: return schema(depth - 1, &random)
        }
    }

    private static func schema(_ depth: Int, _ random: inout Random) -> JSON {
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let keyword = keywords.randomElement(using: &random)!
            let isRef = keyword == "$ref" || keyword == "$dynamicRef"
            object[keyword] =
                isRef ? .string(["#", "#/$defs/a", "#a"].randomElement(using: &random)!) : value(depth, &random)
        }
        return .object(object)
    }

    @Test(arguments: 0..<8) func `schemas made by chance end in a verdict or an error`(seed: Int) throws {
        var random = Random(state: UInt64(seed))
        let meta = try Schema(["$ref": "https://json-schema.org/draft/2020-12/schema"], formats: .annotation)
        let limits = ValidationLimits(steps: 20_000)
        var compiled = 0
        for _ in 0..<400 {
            let json = Self.schema(4, &random)
            let fitsMetaSchema = meta.validate(json).isEmpty
            do throws(SchemaError) {
                let schema = try Schema(json, formats: .assertion)
                compiled += 1
                #expect(fitsMetaSchema, "accepted against the meta-schema: \(json.text)")
                for _ in 0..<3 { _ = schema.validate(Self.value(4, &random), limits: limits) }
            } catch {
                // What the meta-schema cannot say: references, patterns, names that are there twice.
                let beyond = ["refers ", "regular expression", "linear time", "that of", "cannot be matched"]
                let isBeyond = error.problems.contains { problem in beyond.contains { problem.message.contains($0) } }
                #expect(!fitsMetaSchema || isBeyond, "refused beside the meta-schema: \(json.text): \(error)")
            }
        }
        #expect(compiled > 20)
    }
}
