import PatchbayJSON
import Testing

@testable import PatchbayModules

@Suite struct JSONDifferenceTests {
    @Test func `what means the same does not differ`() {
        #expect(JSONDifference(["a": 1, "b": [1.0]], ["b": [1], "a": 1]) == nil)
    }

    @Test(
        arguments: [
            (["a": ["b": 1]], ["a": ["b": 2]], "/a/b"), (["a": 1], [:], "/a"), ([:], ["x/y": 1], "/x~1y"),
            (["a": [1, 2]], ["a": [1, 3]], "/a/1"), (["a": [1, 2]], ["a": [1]], "/a/1"),
            (["a": [1]], ["a": [1, 2]], "/a/1"),
            (["a": 1], ["a": "1"], "/a"), (1, 2, ""), (["a": [["b": 1]]], ["a": [["b": nil]]], "/a/0/b"),
        ] as [(JSON, JSON, String)]) func `the first difference has a place`(first: JSON, second: JSON, pointer: String)
    {
        #expect(JSONDifference(first, second)?.pointer == pointer)
    }

    @Test func `both sides of a difference are told`() {
        let difference = JSONDifference(["a": 1], ["a": 2])
        #expect(difference?.first == 1)
        #expect(difference?.second == 2)
        #expect(JSONDifference(["a": 1], [:])?.second == nil)
    }
}
