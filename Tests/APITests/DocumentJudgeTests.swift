import PatchbayJSON
import PatchbayOutbound
import ServerFixture
import Testing

@testable import PatchbayAPI

/// The API's document before a judge that others have made: the official schema of OpenAPI 3.1, its dialect of JSON Schema,
/// and the rules that no schema can say (unique names, parameters of paths, defaults that fit).
@Suite(.timeLimit(.minutes(2)))
struct DocumentJudgeTests {
    private func problems(of document: JSON) async throws -> JSON {
        let judge = try ServerProcess(script: "openapi.py")
        defer { judge.stop() }
        let web = try OutboundClient(policy: EgressPolicy(parsing: "127.0.0.0/8"))
        // It takes seconds for a document of more than a megabyte, and on a busy machine many.
        let answer = try await web.send(
            OutboundRequest(
                method: "POST", url: "http://127.0.0.1:\(judge.ready["port"]?.int ?? 0)/", headers: [],
                body: document.bytes(), timeout: 90_000, allowedHosts: [HostPattern("*")!]))
        #expect(answer.status == 200)
        return try JSON(parsing: answer.body)
    }

    @Test func `the document keeps to the official schema of OpenAPI 3.1`() async throws {
        let document = OpenAPIDocument(version: "1.0.0", server: "https://flows.example.com").json
        #expect(try await problems(of: document) == [])
    }

    @Test func `what is wrong with a document is noticed`() async throws {
        var document = OpenAPIDocument(version: "1.0.0", server: nil).json.object ?? [:]
        document["tags"] = [["title": "no name"]]
        #expect(try await problems(of: .object(document)) != [])
    }
}
