import PatchbayJSON
import PatchbaySchemas
import Testing

@Suite struct DefaultTests {
    private let settings: JSON = [
        "type": "object",
        "properties": [
            "base_url": ["type": "string", "default": "https://slack.com"], "token": ["type": "string"],
            "retries": ["$ref": "#/$defs/count"], "empty": ["default": nil],
        ],
        "allOf": [["properties": ["region": ["default": "eu"], "base_url": ["default": "other"]]]],
        "$defs": ["count": ["type": "integer", "default": 3]],
    ]

    @Test func `defaults are gathered in the order of the schema`() throws {
        let text = try Schema(settings).defaults().text
        #expect(text == #"{"base_url":"https://slack.com","retries":3,"empty":null,"region":"eu"}"#)
    }

    @Test func `a schema without defaults gives an empty object`() throws {
        #expect(try Schema(true).defaults() == [:])
        #expect(try Schema(["properties": ["a": true, "b": ["type": "string"]]]).defaults() == [:])
    }

    @Test func `defaults fill what is missing and change nothing`() throws {
        let schema = try Schema(settings)
        let filled = schema.applyingDefaults(to: ["retries": 0, "token": "x", "region": nil])
        #expect(filled.text == #"{"retries":0,"token":"x","region":null,"base_url":"https://slack.com","empty":null}"#)
        #expect(schema.applyingDefaults(to: "no object") == "no object")
        #expect(schema.source == settings)
    }
}
