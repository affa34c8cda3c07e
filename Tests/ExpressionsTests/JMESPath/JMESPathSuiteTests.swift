import PatchbayExpressions
import PatchbayJSON
import SharedSuites
import Testing

/// The compliance tests of jmespath.org: each case has a result or an error; `bench` cases must only be answered.
struct JMESPathSuiteTests {
    @Test func `the public compliance tests agree`() throws {
        guard let files = try SharedSuites.files(in: "jmespath/tests") else { return }
        var counts: [String: Int] = [:]
        for (name, bytes) in files where name.hasSuffix(".json") {
            for group in try JSON(parsing: bytes).array ?? [] {
                let given = group["given"] ?? .null
                for test in group["cases"]?.array ?? [] {
                    let expression = try #require(test["expression"]?.string)
                    if let error = test["error"]?.string {
                        counts["error", default: 0] += 1
                        let found = #expect(throws: JMESPathError.self, "\(name): \(expression)") {
                            try JMESPath(expression).search(given)
                        }
                        #expect(found?.code.rawValue == error, "\(name): \(expression): \(found?.description ?? "")")
                    } else if let result = test["result"] {
                        counts["result", default: 0] += 1
                        #expect(throws: Never.self, "\(name): \(expression)") {
                            let found = try JMESPath(expression).search(given)
                            #expect(found.isLike(result), "\(name): \(expression) gave \(found.text)")
                        }
                    } else {
                        counts["bench", default: 0] += 1
                        #expect(throws: Never.self, "\(name): \(expression)") {
                            try JMESPath(expression).search(given)
                        }
                    }
                }
            }
        }
        print("JMESPath suite:", counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
        #expect(counts.values.reduce(0, +) >= 908)
    }
}

extension JSON {
    /// Equal, but for the last digits of doubles.
    fileprivate func isLike(_ other: JSON) -> Bool {
        switch (self, other) {
        case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.isLike($1) }
        case (.object(let a), .object(let b)):
            a.count == b.count && a.allSatisfy { b[$0.name]?.isLike($0.value) ?? false }
        default:
            self == other || (double.flatMap { a in other.double.map { abs(a - $0) < 1e-9 * max(1, abs(a)) } } ?? false)
        }
    }
}
