import ConnectorSDK
import PatchbayJSON
import Testing

@testable import HTTPConnector

@Suite struct ParametersTests {
    @Test func `values become texts in their order, lists repeat their name, null is left out`() throws {
        let parameters = try Parameters.read(
            ["b": "x", "a": [1, 2.5, true], "none": nil, "big": .uint(.max), "empty": [], "text": ""])
        let pairs = parameters.pairs.map { "\($0.0)=\($0.1)" }
        #expect(pairs == ["b=x", "a=1", "a=2.5", "a=true", "big=18446744073709551615", "text="])
        #expect(parameters.json == ["b": "x", "a": ["1", "2.5", "true"], "big": "18446744073709551615", "text": ""])
    }

    @Test(arguments: [["a": ["b": 1]], ["a": [[1]]], [1], "a=1"] as [JSON])
    func `what has no text is refused`(json: JSON) {
        #expect(throws: FieldProblems.self) { try Parameters.read(json) }
    }
}
