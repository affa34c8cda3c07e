import PatchbayJSON
import Testing

@Suite struct JSONValueTests {
    @Test func `a value answers only for its own kind`() {
        let values: [JSON] = [nil, true, 1, .uint(.max), 1.5, "s", [1], ["a": 1]]
        #expect(
            values.map(\.kind) == ["null", "boolean", "integer", "integer", "number", "string", "array", "object"])
        #expect(values.map(\.isNull) == [true] + Array(repeating: false, count: 7))
        #expect(values.map(\.bool) == [nil, true, nil, nil, nil, nil, nil, nil])
        #expect(values.map(\.int) == [nil, nil, 1, nil, nil, nil, nil, nil])
        #expect(values.map(\.double) == [nil, nil, 1, 0x1p64, 1.5, nil, nil, nil])
        #expect(values.map(\.string) == [nil, nil, nil, nil, nil, "s", nil, nil])
        #expect(values.map { $0.array?.count } == [nil, nil, nil, nil, nil, nil, 1, nil])
        #expect(values.map { $0.object?.count } == [nil, nil, nil, nil, nil, nil, nil, 1])
        #expect(values.map { $0["a"] } == [nil, nil, nil, nil, nil, nil, nil, 1])
        #expect(values.map { $0[0] } == [nil, nil, nil, nil, nil, nil, 1, nil])
        #expect(values[6][1] == nil && values[6][-1] == nil)
        #expect(JSON.double(3.0).int == 3)
    }

    @Test func `literals give the values they look like`() {
        let name = "x"
        let value: JSON = ["a": nil, "b": true, "c": 1, "d": 1.5, "e": "s\(name)", "f": [1], "b": false]
        #expect(value.text == #"{"a":null,"b":false,"c":1,"d":1.5,"e":"sx","f":[1]}"#)
    }

    @Test func `numbers are equal when they mean the same`() {
        let equal: [(JSON, JSON)] = [
            (1, 1.0), (.uint(1 << 63), 9223372036854775808.0), (0, -0.0), (.int(.min), -9223372036854775808.0), (2, 2),
            (.uint(.max), .uint(.max)), (1.5, 1.5),
        ]
        for (a, b) in equal {
            #expect(a == b && b == a)
            #expect(a.hashValue == b.hashValue)
        }
        let different: [(JSON, JSON)] = [
            (1, 1.5), (.int(.max), 9223372036854775808.0), (.uint(.max), 18446744073709551616.0), (1, true), (0, nil),
            (.int(9007199254740993), 9007199254740992.0), (.int(1), .uint(.max)), ("1", 1),
        ]
        for (a, b) in different { #expect(a != b && b != a) }
    }

    @Test func `texts are equal byte by byte`() {
        #expect(JSON.string("\u{e9}") != .string("e\u{301}"))
        #expect(JSON.string("é") == "é")
    }

    @Test func `the order of members does not count, that of elements does`() {
        let a: JSON = ["a": 1, "b": ["c": 2, "d": 3]]
        let b: JSON = ["b": ["d": 3, "c": 2.0], "a": 1]
        #expect(a == b)
        #expect(a.hashValue == b.hashValue)
        #expect(Set([a, b, [1], [1.0], nil, true, "x", .uint(.max), 0.5]).count == 7)
        #expect(["a": 1] as JSON != ["a": 1, "b": 2])
        #expect(["a": 1] as JSON != ["b": 1])
        #expect([1, 2] as JSON != [2, 1])
    }
}
