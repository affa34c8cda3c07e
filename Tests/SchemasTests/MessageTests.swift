import PatchbayJSON
import PatchbaySchemas
import Testing

@Suite struct MessageTests {
    private let message: JSON = [
        "type": "object", "required": ["channel", "text"], "additionalProperties": false,
        "properties": [
            "channel": ["type": "string", "minLength": 1], "text": ["type": ["string", "null"]],
            "count": ["type": "integer", "minimum": 1, "maximum": 100], "ratio": ["type": "number"],
            "tags": ["type": "array", "items": ["type": "string"], "uniqueItems": true],
        ],
    ]

    @Test func `a value that fits is not spoken of`() throws {
        #expect(
            try judge(["channel": "#a", "text": nil, "count": 3.0, "ratio": 1, "tags": ["a", "b"]], message) == [])
    }

    @Test func `everything that is wrong is told, in the order of the value`() throws {
        let found = try judge(
            ["count": "3", "text": 5, "ratio": true, "tags": ["a", 1], "chanel": "#a"], message)
        #expect(
            found == [
                #""channel" is missing (is it written as "chanel"?)"#,
                #"/count: "count" is a string, needs an integer"#,
                #"/text: "text" is an integer, needs a string or null"#,
                #"/ratio: "ratio" is a boolean, needs a number"#,
                #"/tags/1: "tags[1]" is an integer, needs a string"#,
                #"/chanel: "chanel" is no known member (did you mean "channel"?)"#,
            ])
    }

    @Test func `a violation names the keyword that is not met`() throws {
        let violations = try Schema(message).validate(["channel": "", "text": "x", "count": 101])
        #expect(violations.map(\.schema.description) == ["/properties/channel/minLength", "/properties/count/maximum"])
        #expect(violations.map(\.instance.description) == ["/channel", "/count"])
    }

    @Test(arguments: [
        (#"{"type":"object"}"#, "[1]", "the value is an array, needs an object"),
        (#"{"type":["array","boolean"]}"#, "null", "the value is null, needs a boolean or an array"),
        (#"{"type":["number","integer"]}"#, "{}", "the value is an object, needs a number"),
        (#"{"type":"integer"}"#, "1.5", "the value is 1.5, needs an integer"),
        (#"{"type":"string"}"#, "2.0", "the value is a number, needs a string"),
        (#"{"items":{"type":"string"}}"#, "[1]", #"/0: "[0]" is an integer, needs a string"#),
        (#"{"items":{"items":{"type":"string"}}}"#, "[[1]]", #"/0/0: "[0][0]" is an integer, needs a string"#),
        (#"{"const":"a"}"#, "1", #"the value must be "a""#),
        (#"{"const":{"a":[1]}}"#, "1", #"the value must be {"a":[1]}"#),
        (
            #"{"enum":["GET","POST",null]}"#, "\"PSOT\"",
            #"the value must be one of "GET", "POST" or null (did you mean "POST"?)"#
        ),
        (#"{"enum":[1]}"#, "2", "the value must be 1"),
        (
            #"{"enum":[1,2,3,4,5,6,7,8,9,10,11,12,13,14]}"#, "0",
            "the value must be one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 or 2 more"
        ),
        (#"{"minimum":3}"#, "2.5", "the value is 2.5, needs at least 3"),
        (#"{"exclusiveMinimum":3}"#, "3", "the value is 3, needs more than 3"),
        (#"{"exclusiveMaximum":3}"#, "3", "the value is 3, needs less than 3"),
        (#"{"multipleOf":5}"#, "7", "the value is 7, needs a multiple of 5"),
        (#"{"minLength":2}"#, "\"é\"", "the value has 1 character, needs at least 2"),
        (#"{"maxLength":1}"#, "\"ab\"", "the value has 2 characters, needs at most 1"),
        (#"{"minItems":1}"#, "[]", "the value has 0 elements, needs at least 1"),
        (#"{"maxItems":1}"#, "[1,2]", "the value has 2 elements, needs at most 1"),
        (#"{"prefixItems":[true],"items":false}"#, "[1,2]", "the value has 2 elements, needs at most 1"),
        (#"{"items":false}"#, "[1]", "the value has 1 element, needs at most 0"),
        (#"{"prefixItems":[false]}"#, "[1]", #"/0: "[0]" is not allowed"#),
        (#"{"uniqueItems":true}"#, "[1,2,1.0]", "the value has equal elements at 0 and 2, needs each value only once"),
        (#"{"contains":{"type":"string"}}"#, "[1]", "the value has 0 elements of a string, needs at least 1"),
        (#"{"contains":{"const":1},"maxContains":1}"#, "[1,1]", "the value has 2 elements that fit, needs at most 1"),
        (#"{"minProperties":1}"#, "{}", "the value has 0 members, needs at least 1"),
        (#"{"maxProperties":0}"#, #"{"a":1}"#, "the value has 1 member, needs at most 0"),
        (#"{"properties":{"a":false}}"#, #"{"a":1}"#, #"/a: "a" is not allowed"#),
        (#"{"additionalProperties":false}"#, #"{"a":1}"#, #"/a: "a" is no known member"#),
        (
            #"{"properties":{"zebra":true,"lion":true},"additionalProperties":false}"#, #"{"a":1}"#,
            #"/a: "a" is no known member (known are: zebra, lion)"#
        ),
        (
            #"{"properties":{"inner":{"properties":{"name":true},"additionalProperties":false}}}"#,
            #"{"inner":{"nmae":1}}"#, #"/inner/nmae: "nmae" is no known member in "inner" (did you mean "name"?)"#
        ),
        (#"{"additionalProperties":{"type":"string"}}"#, #"{"a":1}"#, #"/a: "a" is an integer, needs a string"#),
        (
            #"{"required":["a"],"properties":{"a":{"type":"integer"}}}"#, "{}",
            #""a" is missing (add "a": an integer)"#
        ),
        (#"{"properties":{"x":{"required":["a"]}}}"#, #"{"x":{}}"#, #"/x: "a" is missing in "x""#),
        (
            #"{"propertyNames":{"maxLength":2}}"#, #"{"abc":1}"#,
            #""abc" is not allowed as the name of a member (the value has 3 characters, needs at most 2)"#
        ),
        (#"{"dependentRequired":{"card":["zip"]}}"#, #"{"card":1}"#, #""zip" is missing, "card" needs it"#),
        (
            #"{"dependentSchemas":{"card":{"maxProperties":1}}}"#, #"{"card":1,"b":2}"#,
            "the value has 2 members, needs at most 1"
        ),
        (#"{"not":{"type":"string"}}"#, "\"a\"", "the value must not be a string"),
        (#"{"not":{}}"#, "1", "the value must not be what its schema excludes"),
        ("false", "1", "the value is not allowed"),
        (#"{"if":{"const":1},"then":{"type":"string"}}"#, "1", "the value is an integer, needs a string"),
        (#"{"if":{"const":1},"else":{"type":"string"}}"#, "2", "the value is an integer, needs a string"),
    ])
    func `a message says what is there and what is needed`(schema: String, value: String, message: String) throws {
        #expect(try judge(JSON(parsing: value), JSON(parsing: schema)) == [message])
    }

    @Test func `texts of the value stay out of messages`() throws {
        let secret = "hunter2"
        let schemas: [JSON] = [
            ["type": "integer"], ["const": 1], ["enum": [1, 2]], ["maxLength": 1], ["not": ["type": "string"]], false,
            ["anyOf": [["type": "integer"], ["maxLength": 2]]],
        ]
        for schema in schemas {
            let found = try judge(.string(secret), schema)
            #expect(!found.isEmpty && !found.contains { $0.contains(secret) })
        }
    }

    @Test func `a name with quotes or line breaks cannot break a message`() throws {
        #expect(
            try judge(["a\"\n": 1], ["additionalProperties": false])
                == [#"/a""# + "\n" + #": "a\"\n" is no known member"#])
    }
}
