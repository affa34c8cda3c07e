import PatchbayJSON
import PatchbaySchemas
import Testing

/// Values that are not known yet, here texts that begin with two braces.
@Suite struct UnknownValueTests {
    @Test(arguments: [
        #"{"type":"integer"}"#, #"{"const":1}"#, #"{"enum":[1,2]}"#, #"{"minimum":3,"type":"number"}"#, "false",
        #"{"not":{}}"#, #"{"not":{"type":"string"}}"#, #"{"oneOf":[true,true]}"#, #"{"oneOf":[{"type":"string"},{}]}"#,
        #"{"anyOf":[false]}"#, #"{"maxLength":1}"#, #"{"if":true,"then":false}"#,
        #"{"required":["a"],"type":"object"}"#,
    ])
    func `an unknown value satisfies any schema`(schema: String) throws {
        let schema = try JSON(parsing: schema)
        #expect(try judge("{{ x }}", schema) == [])
        #expect(try judge(["a": ["{{ x }}"]], ["properties": ["a": ["items": ["allOf": [schema]]]]]) == [])
    }

    @Test func `an unknown member is present`() throws {
        #expect(try judge(["a": "{{ x }}"], ["required": ["a"], "properties": ["a": ["type": "integer"]]]) == [])
    }

    @Test func `what is known around it is judged`() throws {
        let schema: JSON = [
            "required": ["a", "b"], "properties": ["a": ["type": "integer"], "b": ["type": "integer"]],
            "additionalProperties": false, "maxProperties": 2,
        ]
        #expect(
            try judge(["a": "{{ x }}", "c": "{{ y }}", "d": 1], schema).sorted() == [
                #""b" is missing (is it written as "c"?)"#, #"/c: "c" is no known member (did you mean "b"?)"#,
                #"/d: "d" is no known member (did you mean "b"?)"#, "the value has 3 members, needs at most 2",
            ])
    }

    @Test func `a forbidden place stays forbidden`() throws {
        #expect(try judge(["a": "{{ x }}"], ["properties": ["a": false]]) == [#"/a: "a" is not allowed"#])
        #expect(
            try judge(["{{ x }}"], ["items": false]) == ["the value has 1 element, needs at most 0"])
    }

    @Test func `it may equal what a constant holds there`() throws {
        let schema: JSON = ["const": ["a": [1, 2], "b": 3]]
        #expect(try judge(["a": [1, "{{ x }}"], "b": 3], schema) == [])
        #expect(try judge(["a": [1, "{{ x }}"], "b": 4], schema) != [])
        #expect(try judge(["a": [1, "{{ x }}", 3], "b": 3], schema) != [])
        #expect(try judge(["a": "{{ x }}"], schema) != [])
        #expect(try judge(["a": "{{ x }}", "c": 3], schema) != [])
        #expect(try judge(["a": [1, "{{ x }}"], "b": 3], ["not": schema]) == [])
        #expect(try judge(["a": [1, "{{ x }}"], "b": 3], ["enum": [1, ["a": [1, 2], "b": 3]]]) == [])
    }

    @Test func `equal unknown elements may become different ones`() throws {
        #expect(try judge(["{{ x }}", "{{ x }}", ["{{ y }}"], ["a": "{{ y }}"]], ["uniqueItems": true]) == [])
        #expect(try judge(["{{ x }}", 1, 1], ["uniqueItems": true]) != [])
    }

    @Test func `a choice that depends on it is left open`() throws {
        let shapes: JSON = [
            "oneOf": [
                ["properties": ["kind": ["const": "a"]], "required": ["x"]],
                ["properties": ["kind": ["const": "b"]], "required": ["y"]],
            ]
        ]
        #expect(try judge(["kind": "{{ k }}", "x": 1], shapes) == [])
        #expect(try judge(["kind": "{{ k }}", "x": 1, "y": 1], shapes) == [])
        #expect(try judge(["kind": "{{ k }}"], shapes) != [])
        #expect(try judge(["kind": "a", "x": "{{ x }}"], shapes) == [])
    }

    @Test func `two certain forms are too many beside an unsure one`() throws {
        let schema: JSON = ["oneOf": [["minProperties": 1], ["maxProperties": 5], ["properties": ["a": ["const": 1]]]]]
        #expect(try judge(["a": "{{ x }}"], schema).count == 1)
    }

    @Test func `an undecided condition refuses only what is wrong either way`() throws {
        let schema: JSON = [
            "if": ["properties": ["kind": ["const": "a"]]], "then": ["required": ["x", "zone"]],
            "else": ["required": ["y", "zone"]],
        ]
        #expect(try judge(["kind": "{{ k }}", "x": 1, "zone": 1], schema) == [])
        #expect(try judge(["kind": "{{ k }}", "y": 1, "zone": 1], schema) == [])
        #expect(try judge(["kind": "{{ k }}", "x": 1], schema) == [#""zone" is missing"#])
        #expect(try judge(["kind": "{{ k }}"], ["if": ["properties": ["kind": false]], "then": false]) == [])
    }

    @Test func `unknown elements may or may not be what an array must contain`() throws {
        let schema: JSON = ["contains": ["const": 1], "minContains": 2, "maxContains": 2]
        #expect(try judge([1, "{{ x }}"], schema) == [])
        #expect(try judge([1, 1, "{{ x }}"], schema) == [])
        #expect(try judge([1, 1, 1, "{{ x }}"], schema) != [])
        #expect(try judge(["{{ x }}"], schema) != [])
        #expect(try judge(["{{ x }}", 1], ["not": ["contains": ["const": 2]]]) == [])
    }

    @Test func `names of members are known whatever they look like`() throws {
        #expect(try judge(["{{ x }}": 1], ["propertyNames": ["maxLength": 3]]) != [])
    }
}
