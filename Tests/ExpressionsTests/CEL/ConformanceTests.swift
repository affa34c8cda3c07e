import PatchbayExpressions
import PatchbayJSON
import PatchbayTimeZones
import SharedSuites
import Testing

/// The conformance tests of CEL.
struct ConformanceTests {
    /// Cases that do not hold, by file, section and name, with the reason.
    private static let exceptions = [
        "parse/bytes_literals/triple_single_quoted_unescaped_punctuation":
            "the expected bytes hold a backslash that the expression has not: the suite was not unescaped there"
    ]

    @Test func `CEL's conformance tests hold`() throws {
        guard let files = try SharedSuites.files(in: "cel") else { return }
        let cases = try #require(files.first { $0.name == "cases.jsonl" }).bytes
            .split(separator: UInt8(ascii: "\n")).map { try ConformanceCase(JSON(parsing: Array($0))) }
        var passed: [String: Int] = [:]
        var judged: [String: Int] = [:]
        for one in cases {
            judged[one.file, default: 0] += 1
            let failure = one.failure
            if failure == nil { passed[one.file, default: 0] += 1 }
            if Self.exceptions[one.title] != nil {
                #expect(failure != nil, "\(one.title) holds now, and stands among the exceptions")
            } else if let failure {
                Issue.record("\(one.title): \(one.expression): \(failure)")
            }
        }
        for (file, count) in judged.sorted(by: { $0.key < $1.key }) {
            print("CEL \(file): \(passed[file] ?? 0) of \(count) hold")
        }
        let total = passed.values.reduce(0, +)
        print("CEL: \(total) of \(cases.count) hold, \(Self.exceptions.count) are listed as exceptions")
        #expect(cases.count >= 1_221)
        #expect(Self.exceptions.count * 100 <= cases.count)
    }
}
