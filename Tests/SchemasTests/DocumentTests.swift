import PatchbayJSON
import PatchbaySchemas
import Testing

@Suite struct DocumentTests {
    private let address: JSON = [
        "$id": "https://example.com/schemas/address", "type": "object", "required": ["zip"],
        "properties": ["zip": ["$ref": "parts#zip"]],
    ]
    private let parts: JSON = ["$defs": ["zip": ["$anchor": "zip", "type": "string", "pattern": "^[0-9]{5}$"]]]

    @Test func `references lead to documents that were given`() throws {
        let documents = SchemaDocuments([
            "https://example.com/schemas/a.json": address, "https://example.com/schemas/parts": parts,
        ])
        for uri in ["https://example.com/schemas/a.json", "https://example.com/schemas/address#"] {
            let schema = try Schema(["properties": ["home": ["$ref": .string(uri)]]], documents: documents)
            #expect(schema.validate(["home": ["zip": "12345"]]) == [])
            let violation = try #require(schema.validate(["home": ["zip": "1234"]]).first)
            #expect(violation.instance.description == "/home/zip")
            #expect(violation.keyword.description == "/properties/home/$ref/properties/zip/$ref/pattern")
            #expect(violation.location == "https://example.com/schemas/parts#/$defs/zip/pattern")
            #expect(violation.schema.description == "/$defs/zip/pattern")
        }
    }

    @Test func `a document that is not there is named, with what may be meant`() {
        let documents = SchemaDocuments(["https://example.com/parts": parts])
        let error = #expect(throws: SchemaError.self) {
            try Schema(["$ref": "https://example.com/part"], documents: documents)
        }
        #expect(
            error?.problems.map(\.message) == [
                #"refers to "https://example.com/part", which is not among the documents that were given; "#
                    + #"did you mean "https://example.com/parts"?"#
            ])
    }

    @Test func `a mistake in another document is told with its URI`() {
        let documents = SchemaDocuments(["urn:other": ["type": "sting"]])
        let error = #expect(throws: SchemaError.self) { try Schema(["$ref": "urn:other"], documents: documents) }
        #expect(error?.problems.first?.document == "urn:other")
        #expect(error?.description.hasPrefix("urn:other#/type: must name types of") == true)
    }

    @Test func `a dialect that is not read is refused`() {
        #expect(
            refusals(of: ["$schema": "http://json-schema.org/draft-07/schema#"]) == [
                "/$schema: is written for draft-07, and only 2020-12 is read: change it to "
                    + #""https://json-schema.org/draft/2020-12/schema""#
            ])
        #expect(refusals(of: ["$schema": "https://example.com/own"]).count == 1)
        #expect(refusals(of: ["$schema": "https://json-schema.org/draft/2020-12/schema"]) == [])
    }

    @Test func `a schema is held against the meta-schema that it names`() throws {
        let own: JSON = [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/strict",
            "$ref": "https://json-schema.org/draft/2020-12/schema", "required": ["title"],
        ]
        let documents = SchemaDocuments(["https://example.com/strict": own])
        let error = #expect(throws: SchemaError.self) {
            try Schema(["$schema": "https://example.com/strict"], documents: documents)
        }
        #expect(error?.problems.map(\.message) == [#""title" is missing"#])
        _ = try Schema(["$schema": "https://example.com/strict", "title": "T"], documents: documents)
    }

    @Test func `a verdict is written in the standard's words`() throws {
        let verdict = try Schema(["properties": ["n": ["type": "integer"]]]).verdict(on: ["n": "1"])
        #expect(
            verdict == [
                "valid": false,
                "errors": [
                    [
                        "instanceLocation": "/n", "keywordLocation": "/properties/n/type",
                        "absoluteKeywordLocation": "#/properties/n/type",
                        "error": #""n" is a string, needs an integer"#,
                    ]
                ],
            ])
        #expect(try Schema(true).verdict(on: 1) == ["valid": true, "errors": []])
    }

    @Test func `formats refuse only when that is asked for`() throws {
        let schema: JSON = ["format": "date"]
        #expect(try Schema(schema).validate("soon") == [])
        let found = try Schema(schema, formats: .assertion).validate("soon")
        #expect(found.map(\.message) == [#"the value is not a date, such as "2026-05-01""#])
        #expect(try Schema(["format": "colour"], formats: .assertion).validate("soon") == [])
    }

    @Test func `members that no schema foresees are told with what may be meant`() throws {
        let schema: JSON = [
            "allOf": [["properties": ["channel": true]]], "properties": ["text": true],
            "unevaluatedProperties": false,
        ]
        #expect(try judge(["text": 1, "channel": 2], schema) == [])
        #expect(
            try judge(["text": 1, "chanel": 2], schema)
                == [#"/chanel: "chanel" is no known member (did you mean "channel"?)"#])
    }
}
