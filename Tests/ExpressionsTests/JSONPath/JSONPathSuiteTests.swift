import PatchbayExpressions
import PatchbayJSON
import SharedSuites
import Testing

/// The compliance test suite of RFC 9535.
@Suite struct JSONPathSuiteTests {
    @Test func `the public JSONPath suite agrees`() throws {
        guard let files = try SharedSuites.files(in: "jsonpath"),
            let file = files.first(where: { $0.name == "cts.json" })
        else { return }
        var passed = 0
        let tests = try #require(JSON(parsing: file.bytes)["tests"]?.array)
        for test in tests {
            let name = test["name"]?.string ?? ""
            let problem = problem(with: test)
            #expect(problem == nil, "\(name): \(problem ?? "")")
            if problem == nil { passed += 1 }
        }
        print("JSONPath suite: \(passed) of \(tests.count) tests hold")
        #expect(tests.count >= 703)
    }

    private func problem(with test: JSON) -> String? {
        let selector = test["selector"]?.string ?? ""
        let nodes: [JSONPathNode]
        do {
            nodes = try JSONPath(selector).evaluate(test["document"] ?? nil)
        } catch {
            return test["invalid_selector"] == true ? nil : "\(selector) is refused: \(error)"
        }
        if test["invalid_selector"] == true { return "\(selector) is accepted" }
        let values = JSON.array(nodes.map(\.value))
        let paths = JSON.array(nodes.map { .string($0.path.description) })
        let results = test["result"].map { [$0] } ?? test["results"]?.array ?? []
        let wantedPaths = test["result_paths"].map { [$0] } ?? test["results_paths"]?.array ?? []
        guard results.contains(values) else { return "\(selector) gives \(values.text), not \(results)" }
        guard wantedPaths.isEmpty || wantedPaths.contains(paths) else { return "\(selector) gives \(paths.text)" }
        return nil
    }
}
