import PatchbayJSON
import PatchbaySchemas
import Testing

@Suite struct AlternativeTests {
    private let shapes: JSON = [
        "oneOf": [
            [
                "title": "Circle", "properties": ["kind": ["const": "circle"], "radius": ["type": "number"]],
                "required": ["kind", "radius"],
            ],
            [
                "title": "Square", "properties": ["kind": ["const": "square"], "side": ["type": "number"]],
                "required": ["kind", "side"],
            ],
        ]
    ]

    @Test func `forms that differ in their type are told together`() throws {
        let schema: JSON = [
            "properties": ["a": ["anyOf": [["type": "string"], ["type": "null"], ["type": "integer"]]]]
        ]
        #expect(try judge(["a": true], schema) == [#"/a: "a" is a boolean, needs a string, an integer or null"#])
        #expect(try judge(["a": nil], schema) == [])
    }

    @Test func `nested forms that differ in their type are told together as well`() throws {
        let schema: JSON = [
            "anyOf": [["anyOf": [["type": "string"], ["type": "null"]]], ["oneOf": [["type": "integer"]]]]
        ]
        #expect(try judge(true, schema) == ["the value is a boolean, needs a string, an integer or null"])
    }

    @Test func `the form of the right type tells what is wrong`() throws {
        let schema: JSON = ["anyOf": [["type": "null"], ["type": "object", "required": ["a"]]]]
        #expect(try judge([:], schema) == [#""a" is missing"#])
    }

    @Test func `a member that tells the forms apart chooses the form`() throws {
        #expect(try judge(["kind": "circle", "side": 1], shapes) == [#""radius" is missing (add "radius": a number)"#])
        #expect(try judge(["kind": "square", "side": "1"], shapes) == [#"/side: "side" is a string, needs a number"#])
        #expect(try judge(["kind": "square", "side": 1], shapes) == [])
    }

    @Test func `when no form is nearer by kind the one with the fewest faults is told`() throws {
        #expect(
            try judge(["kind": "triangle", "side": 1], shapes) == [
                #"the value fits none of its 2 allowed forms ("Circle" or "Square") (the nearest is "Square")"#,
                #"/kind: "kind" must be "square""#,
            ])
        let unnamed: JSON = ["anyOf": [["minimum": 10, "multipleOf": 2], ["minimum": 5]]]
        #expect(
            try judge(3, unnamed) == [
                "the value fits none of its 2 allowed forms (the nearest is number 2)",
                "the value is 3, needs at least 5",
            ])
    }

    @Test func `fitting more than one form of oneOf is told with the forms`() throws {
        let schema: JSON = ["oneOf": [["type": "integer"], ["minimum": 2], ["type": "string"]]]
        #expect(
            try judge(3, schema) == ["the value fits 2 of its allowed forms (an integer and number 2), needs just one"])
        #expect(try judge(2.5, schema) == [])
    }
}
