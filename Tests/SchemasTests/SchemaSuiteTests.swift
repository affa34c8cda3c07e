import PatchbayJSON
import PatchbaySchemas
import SharedSuites
import Testing

/// The official JSON Schema test suite.
@Suite struct SchemaSuiteTests {
    private static let folder = "json-schema/tests/draft2020-12"

    /// Cases that do not hold, by file, group and case, with the reason.
    private static let exceptions: [String: String] = [
        "/optional/cross-draft.json: \(historic): first item not a string is valid":
            "a document of draft 2019-09 is refused when it is referred to: only 2020-12 is read"
    ]
    private static let historic = "refs to historic drafts are processed as historic drafts"

    /// Documents that the suite's schemas refer to.
    private static let documents: SchemaDocuments = {
        var documents = SchemaDocuments()
        for (path, bytes) in (try? SharedSuites.files(below: "json-schema/remotes")) ?? [] {
            guard let document = try? JSON(parsing: bytes) else { continue }
            documents.add(document, at: "http://localhost:1234/" + path)
        }
        return documents
    }()

    @Test(arguments: [
        ("", FormatChecking.annotation, 1_299), ("/optional", .annotation, 162), ("/optional/format", .assertion, 764),
    ])
    func `the public schema suite agrees`(part: String, formats: FormatChecking, count: Int) throws {
        guard let files = try SharedSuites.files(in: Self.folder + part) else { return }
        var (judged, passed, excepted) = (0, 0, 0)
        for (file, bytes) in files {
            for group in try #require(JSON(parsing: bytes).array) {
                let title = "\(part)/\(file): \(group["description"]?.string ?? "")"
                let schema = Result { try compile(group["schema"] ?? nil, formats) }
                for test in group["tests"]?.array ?? [] {
                    judged += 1
                    let name = "\(title): \(test["description"]?.string ?? "")"
                    let verdict = schema.map { $0.validate(test["data"] ?? nil) }
                    let isRight = (try? verdict.get().isEmpty) == test["valid"]?.bool
                    if isRight { passed += 1 }
                    if Self.exceptions[name] != nil {
                        excepted += 1
                        #expect(!isRight, "\(name) holds now, and stands among the exceptions")
                    } else {
                        #expect(isRight, "\(name): \(verdict)")
                    }
                }
            }
        }
        print("JSON Schema suite\(part): \(passed) of \(judged) tests hold, \(excepted) are listed as exceptions")
        #expect(judged >= count)
        #expect(Self.exceptions.count * 100 <= count)
    }

    private func compile(_ schema: JSON, _ formats: FormatChecking) throws -> Schema {
        try Schema(schema, documents: Self.documents, formats: formats)
    }
}
