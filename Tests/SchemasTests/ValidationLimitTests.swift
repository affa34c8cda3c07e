import PatchbayJSON
import PatchbaySchemas
import Testing

@Suite struct ValidationLimitTests {
    @Test func `a hundred violations are listed, no more`() throws {
        let value = JSON.array(Array(repeating: 1, count: 5_000))
        #expect(try judge(value, ["items": ["type": "string"]]).count == 100)
        #expect(try judge(value, ["items": ["type": "string"]], limits: ValidationLimits(violations: 3)).count == 3)
        #expect(try judge(value, ["items": ["anyOf": [["const": 2], ["const": 3]]]]).count == 100)
    }

    @Test func `a value as deep as the parser takes is judged to its end`() throws {
        let schema: JSON = [
            "$defs": ["list": ["type": "array", "items": ["$ref": "#/$defs/list"]]], "$ref": "#/$defs/list",
        ]
        let open = String(repeating: "[", count: 511)
        let close = String(repeating: "]", count: 511)
        #expect(try judge(JSON(parsing: open + "[]" + close), schema) == [])
        #expect(try judge(JSON(parsing: open + "1" + close), schema).count == 1)
    }

    @Test func `a value that is nested too deep is refused without a crash`() throws {
        var value: JSON = []
        for _ in 0..<3_000 { value = [value] }
        let found = try judge(value, ["$defs": ["list": ["items": ["$ref": "#/$defs/list"]]], "$ref": "#/$defs/list"])
        #expect(found.count == 1)
        #expect(found[0].hasSuffix("is nested too deep for its schema to be checked"))
    }

    @Test func `a schema that doubles its work with every level is given up`() throws {
        let schema: JSON = [
            "allOf": [["properties": ["a": ["$ref": "#"]]], ["properties": ["a": ["$ref": "#"]]]]
        ]
        var value: JSON = [:]
        for _ in 0..<60 { value = ["a": value] }
        let found = try judge(value, schema, limits: ValidationLimits(steps: 10_000))
        #expect(found.count == 1)
        #expect(found[0].hasSuffix("takes more than 10000 steps to check"))
        #expect(try judge(value, ["not": schema], limits: ValidationLimits(steps: 10_000)).count == 1)
        #expect(try judge(value, ["anyOf": [schema, true]], limits: ValidationLimits(steps: 10_000)).count == 1)
    }

    @Test func `a long chain of references is no deep recursion of the compiler`() throws {
        var definitions = JSONObject()
        for number in 0..<20_000 { definitions["d\(number)"] = ["$ref": .string("#/$defs/d\(number + 1)")] }
        definitions["d20000"] = ["type": "string"]
        let schema: JSON = ["$ref": "#/$defs/d0", "$defs": .object(definitions)]
        #expect(try judge(1, schema) == ["the value is nested too deep for its schema to be checked"])
    }

    @Test func `a large object with many names is judged in one pass`() throws {
        var (properties, object) = (JSONObject(), JSONObject())
        for number in 0..<5_000 {
            properties["n\(number)"] = ["type": "integer"]
            object["n\(number)"] = .int(Int64(number))
        }
        #expect(try judge(.object(object), ["properties": .object(properties), "additionalProperties": false]) == [])
    }
}
