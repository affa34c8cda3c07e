import PatchbayJSON
import PatchbaySchemas
import Testing

@Suite struct SchemaErrorTests {
    @Test(arguments: [
        ("1", ": found an integer, a schema is an object, true or false"),
        (#"{"items":[]}"#, "/items: found an array, a schema is an object, true or false"),
        (
            #"{"type":"strin"}"#,
            #"/type: must name types of string, integer, number, boolean, object, array, null, did you mean "string"?"#
        ),
        (#"{"type":["string",1]}"#, "/type: must name types of string, integer, number, boolean, object, array, null"),
        (#"{"type":1}"#, "/type: must be the name of a type or an array of such names"),
        (#"{"type":[]}"#, "/type: must be the name of a type or an array of such names"),
        (#"{"enum":1}"#, "/enum: found an integer, must be an array"),
        (#"{"minimum":"1"}"#, "/minimum: found a string, must be a number"),
        (#"{"multipleOf":0}"#, "/multipleOf: must be greater than 0"),
        (#"{"minLength":-1}"#, "/minLength: must be a whole number of at least 0"),
        (#"{"maxItems":1.5}"#, "/maxItems: must be a whole number of at least 0"),
        (#"{"uniqueItems":1}"#, "/uniqueItems: found an integer, must be true or false"),
        (#"{"required":"a"}"#, "/required: must be an array of names"),
        (#"{"required":[1]}"#, "/required: must be an array of names"),
        (#"{"required":["a","a"]}"#, #"/required: names "a" twice"#),
        (#"{"type":["null","null"]}"#, #"/type: names "null" twice"#),
        (#"{"description":7}"#, "/description: found an integer, must be a string"),
        (#"{"readOnly":"yes"}"#, "/readOnly: found a string, must be true or false"),
        (#"{"examples":{}}"#, "/examples: found an object, must be an array"),
        (#"{"contentMediaType":1}"#, "/contentMediaType: found an integer, must be a string"),
        (#"{"format":1}"#, "/format: found an integer, must be a string"),
        (#"{"pattern":1}"#, "/pattern: found an integer, must be a string"),
        (
            #"{"patternProperties":{"a":1}}"#,
            "/patternProperties/a: found an integer, a schema is an object, true or false"
        ),
        (
            #"{"$defs":{"unused":{"type":"x"}}}"#,
            "/$defs/unused/type: must name types of string, integer, number, boolean, object, array, null"
        ),
        (##"{"$id":"http://a/#b"}"##, ##"/$id: has a fragment, which names a part; "$anchor" gives a part a name"##),
        (
            ##"{"$anchor":"1"}"##,
            ##"/$anchor: "1" is no name of a place: it begins with a letter or _, then letters, digits, -, _ or ."##
        ),
        (#"{"$vocabulary":{"a:b":1}}"#, "/$vocabulary/a:b: found an integer, must be true or false"),
        (#"{"dependentRequired":{"a/b":1}}"#, "/dependentRequired/a~1b: must be an array of names"),
        (#"{"properties":[]}"#, "/properties: found an array, must be an object"),
        (#"{"properties":{"a":{"allOf":[]}}}"#, "/properties/a/allOf: must hold at least one schema"),
        (#"{"anyOf":{}}"#, "/anyOf: found an object, must be an array"),
        (#"{"$ref":1}"#, "/$ref: found an integer, must be a string"),
        (##"{"$ref":"#/$defs/a"}"##, ##"/$ref: refers to "#/$defs/a", which is not in the document"##),
        (##"{"$ref":"#anchor"}"##, ##"/$ref: refers to "#anchor", which is not in the document"##),
        (##"{"$ref":"#/%"}"##, ##"/$ref: refers to "#/%", which is not in the document"##),
        (##"{"$ref":"#/%ff"}"##, ##"/$ref: refers to "#/%ff", which is not in the document"##),
        (
            #"{"$ref":"http://example.com/"}"#,
            #"/$ref: refers to "http://example.com/", which is not among the documents that were given"#
        ),
        (##"{"$ref":"#"}"##, ": refers back to itself without going into the value, which would never end"),
        (
            ##"{"$defs":{"a":{"not":{"$ref":"#/$defs/b"}},"b":{"if":{"$ref":"#/$defs/a"},"then":true}},"properties":{"x":{"$ref":"#/$defs/a"}}}"##,
            "/$defs/a: refers back to itself without going into the value, which would never end"
        ),
    ])
    func `a keyword of a wrong shape is refused where it stands`(schema: String, problem: String) throws {
        #expect(refusals(of: try JSON(parsing: schema)) == [problem])
    }

    @Test func `all problems are told at once, up to a hundred`() {
        #expect(refusals(of: ["type": "x", "minimum": nil, "properties": ["a": 1, "b": ["required": 1]]]).count == 4)
        let many: JSON = .object(JSONObject(dictionaryLiteral: ("allOf", .array(Array(repeating: 1, count: 500)))))
        #expect(refusals(of: many).count == 100)
    }

    @Test func `an error reads as a sentence`() {
        let error = #expect(throws: SchemaError.self) { try Schema(["type": 1, "items": 2]) }
        #expect(
            error?.description == "/type: must be the name of a type or an array of such names; "
                + "/items: found an integer, a schema is an object, true or false")
        #expect(refusals(of: 1) == [": found an integer, a schema is an object, true or false"])
        #expect(SchemaError(problems: [.init(place: JSONPointer(), message: "no")]).description == "the schema: no")
    }

    @Test func `unknown keywords refuse nothing`() throws {
        #expect(try judge("no", ["format": "email", "x-order": 3, "patern": "(", "divisibleBy": 2]) == [])
    }

    @Test func `references are read with their escapes`() throws {
        let schema: JSON = [
            "$defs": ["a/b": ["type": "string"], "c%d": ["type": "null"]],
            "properties": ["x": ["$ref": "#/$defs/a~1b"], "y": ["$ref": "#/%24defs/c%25d"]],
        ]
        #expect(try judge(["x": 1, "y": 1], schema).count == 2)
        #expect(try judge(["x": "", "y": nil], schema) == [])
    }

    @Test func `a schema may contain itself`() throws {
        let tree: JSON = ["type": "object", "properties": ["children": ["items": ["$ref": "#"]]]]
        #expect(try judge(["children": [["children": []], ["children": [1]]]], tree).count == 1)
    }
}
