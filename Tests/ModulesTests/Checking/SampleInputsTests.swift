import PatchbayJSON
import PatchbaySchemas
import Testing

@testable import PatchbayModules

@Suite struct SampleInputsTests {
    private static let schema: JSON = [
        "type": "object", "required": ["channel", "count", "kind", "nested", "list"],
        "$defs": [
            "point": ["type": "object", "properties": ["x": ["type": "number", "minimum": 2]], "required": ["x"]]
        ],
        "properties": [
            "channel": ["type": "string", "minLength": 30, "maxLength": 40],
            "count": ["type": "integer", "minimum": -5, "maximum": 5],
            "kind": ["enum": ["a", "b"]], "nested": ["$ref": "#/$defs/point"],
            "url": ["type": "string", "format": "uri"],
            "list": ["type": "array", "items": ["type": ["boolean", "null"]], "minItems": 2, "maxItems": 3],
            "either": ["oneOf": [["type": "string"], ["type": "integer"]]], "fixed": ["const": 7],
        ],
    ]

    @Test func `most values fit an ordinary schema`() throws {
        let schema = try Schema(Self.schema)
        var samples = SampleInputs(Self.schema, seed: 1)
        let fitting = (0..<100).filter { _ in schema.validate(samples.value()).isEmpty }
        #expect(fitting.count > 90)
    }

    @Test func `the same seed gives the same values, and another one others`() {
        func values(_ seed: UInt64) -> [JSON] {
            var samples = SampleInputs(Self.schema, seed: seed)
            return (0..<10).map { _ in samples.value() }
        }
        #expect(values(5) == values(5) && values(5) != values(6))
    }

    @Test func `broken values are mostly forbidden`() throws {
        let schema = try Schema(Self.schema)
        var samples = SampleInputs(Self.schema, seed: 1)
        let whole = samples.value()
        let forbidden = (0..<100).filter { _ in !schema.validate(samples.broken(whole)).isEmpty }
        #expect(forbidden.count > 40)
    }

    @Test func `a schema that refers to itself comes to an end`() {
        let schema: JSON = ["properties": ["next": ["$ref": "#"]], "required": ["next"], "type": "object"]
        var samples = SampleInputs(schema, seed: 1)
        #expect(samples.value().object != nil)
        var odd = SampleInputs(["type": "integer", "minimum": .int(.max), "maximum": .int(.min)], seed: 1)
        #expect(odd.value() == .int(.max))
    }
}
