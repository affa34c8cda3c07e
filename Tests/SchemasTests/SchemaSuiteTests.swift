import PatchbayJSON
import PatchbaySchemas
import SharedSuites
import Testing

/// The official JSON Schema test suite, as far as keywords are judged.
@Suite struct SchemaSuiteTests {
    private static let folder = "json-schema/tests/draft2020-12"

    /// Files about keywords that are not judged yet, or that need documents from elsewhere.
    private static let skippedFiles: Set<String> = [
        "anchor.json", "defs.json", "dynamicRef.json", "pattern.json", "patternProperties.json",
        "refRemote.json", "unevaluatedItems.json", "unevaluatedProperties.json", "vocabulary.json",
    ]

    /// Cases that need such a keyword, by file and description.
    private static let skippedCases: Set<String> = [
        "additionalProperties.json: additionalProperties being false does not allow other properties",
        "additionalProperties.json: non-ASCII pattern with additionalProperties",
        "not.json: collect annotations inside a 'not', even if collection is disabled",
        "properties.json: properties, patternProperties, additionalProperties interaction",
        "propertyNames.json: propertyNames validation with pattern",
        "ref.json: $id must be resolved against nearest parent, not just immediate parent",
        "ref.json: Recursive references between schemas",
        "ref.json: URN base URI with URN and JSON pointer ref",
        "ref.json: URN base URI with URN and anchor ref",
        "ref.json: URN ref with nested pointer ref",
        "ref.json: order of evaluation: $id and $anchor and $ref",
        "ref.json: order of evaluation: $id and $ref",
        "ref.json: order of evaluation: $id and $ref on nested schema",
        "ref.json: ref to else",
        "ref.json: ref to if",
        "ref.json: ref to then",
        "ref.json: ref with absolute-path-reference",
        "ref.json: refs with relative uris and defs",
        "ref.json: relative refs with absolute uris and defs",
        "ref.json: remote ref, containing refs itself",
        "ref.json: simple URN base URI with $ref via the URN",
        "ref.json: ref creates new scope when adjacent to keywords",
    ]

    @Test func `the public schema suite agrees`() throws {
        guard let files = try SharedSuites.files(in: Self.folder) else { return }
        var judged = 0
        for (file, bytes) in files where !Self.skippedFiles.contains(file) {
            let cases = try #require(JSON(parsing: bytes).array)
            for testCase in cases {
                let title = "\(file): \(testCase["description"]?.string ?? "")"
                if Self.skippedCases.contains(title) { continue }
                let schema: Schema
                do {
                    schema = try Schema(#require(testCase["schema"]))
                } catch {
                    Issue.record("\(title): \(error)")
                    continue
                }
                for test in testCase["tests"]?.array ?? [] {
                    let violations = try schema.validate(#require(test["data"]))
                    let name = "\(title), \(test["description"]?.string ?? ""): \(violations)"
                    #expect(violations.isEmpty == test["valid"]?.bool, "\(name)")
                    judged += 1
                }
            }
        }
        print(
            "JSON Schema suite: \(judged) tests judged, not judged: \(Self.skippedFiles.sorted().joined(separator: " "))"
        )
        #expect(judged > 500)
    }
}
