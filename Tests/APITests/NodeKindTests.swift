import PatchbayCore
import PatchbayJSON
import Testing

struct NodeKindTests {
    private let api = TestAPI()

    @Test func `every kind of node is listed`() async throws {
        let answer = try await api.test { try await $0.get("/api/v1/node-kinds") }
        #expect(answer.status == 200)
        #expect(answer.json["items"]?.array?.compactMap { $0["kind"]?.string } == NodeKind.allCases.map(\.rawValue))
        let loop = answer.json["items"]?.array?.first { $0["kind"] == "loop" }
        #expect(loop?["bodies"] == ["body"])
        #expect(loop?["is_trigger"] == false)
        #expect(loop?["title"] == "Loop")
    }

    @Test func `a kind has the schema of a whole node`() async throws {
        let answer = try await api.test { try await $0.get("/api/v1/node-kinds/wait") }
        #expect(answer.json["schema"]?["$schema"] == "https://json-schema.org/draft/2020-12/schema")
        #expect(answer.json["schema"]?["properties"]?["type"]?["const"] == "wait")
        #expect(answer.json["schema"]?["properties"]?["config"]?["properties"]?["event"] != nil)
    }

    @Test func `an unknown kind is not found, with what was meant`() async throws {
        let answer = try await api.test { try await $0.get("/api/v1/node-kinds/wiat") }
        #expect(answer.status == 404)
        #expect(answer.code == "NODE_KIND_NOT_FOUND")
        #expect(answer.json["error"]?["details"]?["suggestion"] == "wait")
    }
}
