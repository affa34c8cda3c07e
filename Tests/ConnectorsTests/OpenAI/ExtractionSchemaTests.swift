import PatchbayJSON
import Testing

@testable import OpenAIConnector

@Suite struct ExtractionSchemaTests {
    @Test func `what the author left open is closed, at every depth`() {
        let schema = ExtractionSchema(
            [
                "type": "object",
                "properties": [
                    "name": ["type": "string"],
                    "lines": [
                        "type": "array", "items": ["type": "object", "properties": ["sku": ["type": "string"]]],
                    ],
                ],
                "$defs": ["money": ["type": "object", "properties": ["amount": ["type": "number"]]]],
            ], isStrict: true)
        #expect(!schema.isWrapped)
        #expect(schema.schema["required"] == ["name", "lines"])
        #expect(schema.schema["additionalProperties"] == false)
        let item = schema.schema["properties"]?["lines"]?["items"]
        #expect(item?["required"] == ["sku"])
        #expect(item?["additionalProperties"] == false)
        #expect(schema.schema["$defs"]?["money"]?["additionalProperties"] == false)
    }

    @Test func `what the author said stays`() {
        let given: JSONObject = [
            "type": "object", "properties": ["a": [:], "b": [:]], "required": ["a"], "additionalProperties": true,
        ]
        #expect(ExtractionSchema(given, isStrict: true).schema == .object(given))
        let open: JSONObject = ["type": "object", "properties": ["a": ["type": "string"]]]
        #expect(ExtractionSchema(open, isStrict: false).schema == .object(open))
    }

    @Test func `what is no object is wrapped, and unwrapped`() {
        let schema = ExtractionSchema(
            ["type": "array", "items": ["$ref": "#/$defs/n"], "$defs": ["n": ["type": "string"]]], isStrict: true)
        #expect(schema.isWrapped)
        #expect(schema.schema["properties"]?["entities"] == ["type": "array", "items": ["$ref": "#/$defs/n"]])
        #expect(schema.schema["$defs"] == ["n": ["type": "string"]])
        #expect(schema.schema["required"] == ["entities"])
        #expect(schema.entities(in: ["entities": ["Ada"]]) == ["Ada"])
        #expect(schema.entities(in: ["Ada"]) == nil)
        #expect(ExtractionSchema(["type": "object"], isStrict: true).entities(in: [1]) == nil)
    }
}
