import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayAPI

struct PublisherTests {
    private var api: TestAPI {
        var api = TestAPI()
        api.publicURL = "https://flows.example.com"
        return api
    }

    private static let profile: JSON = [
        "name": "Gorax", "bio": "We make things.", "avatar": "https://gorax.example/a.png",
        "links": [["title": "Home", "url": "https://gorax.example"]],
    ]

    @Test func `a publisher says who it is, and its listings carry its name and an address to keep`() async throws {
        let api = api
        api.person("ann@example.com", [TestAPI.elsewhere: "owner"])
        try await api.test { client in
            #expect(try await client.get("/api/v1/publisher").code == "PUBLISHER_NOT_FOUND")
            let template: JSON = [
                "name": "greeter", "version": "1.0.0", "description": "Says hello", "category": "devops",
                "workflow": ["name": "Greeter", "nodes": [["id": "start", "type": "manual"]], "edges": []],
            ]
            let id = try await client.post("/api/v1/templates", template).json["template_id"]?.string ?? ""
            _ = try await client.post("/api/v1/templates/\(id)/publish")
            #expect(try await client.post("/api/v1/submissions/\(id)/1.0.0/approve").status == 200)
            let bare = try await client.get("/api/v1/templates/greeter")
            #expect(bare.json["publisher"] == .null)
            #expect(bare.json["url"] == "https://flows.example.com/api/v1/templates/greeter")
            #expect(
                bare.headers[.link] == "<https://flows.example.com/api/v1/templates/greeter>; rel=\"canonical\"")
            #expect(try await client.get("/api/v1/templates/\(id)/preview").headers[.link] == bare.headers[.link])

            let made = try await client.put("/api/v1/publisher", Self.profile)
            #expect(made.status == 200, "\(made.json)")
            let publisher = try #require(made.json["id"]?.string)
            #expect(made.json["templates"]?[0]?["name"] == "greeter")
            let changed = try await client.put("/api/v1/publisher", ["name": "Gorax"])
            #expect(changed.json["id"]?.string == publisher && changed.json["avatar"] == .null)
            #expect(
                try await client.get("/api/v1/templates/greeter").json["publisher"]
                    == ["id": .string(publisher), "name": "Gorax"])
            let there: HTTPFields = [.tenantID: TestAPI.elsewhere.description]
            #expect(try await client.get("/api/v1/publishers/\(publisher)", headers: there).json["name"] == "Gorax")
            #expect(
                try await client.get("/api/v1/templates?publisher=\(publisher)", headers: there).json["items"]?.array?
                    .count == 1)
            #expect(
                try await client.get("/api/v1/templates?publisher=\(PublisherID.new(at: api.clock.now))").json["items"]
                    == [])
            #expect(try await client.get("/api/v1/templates?publisher=me").code == "VALIDATION_ERROR")
            let taken = try await client.put("/api/v1/publisher", ["name": "GORAX"], headers: there)
            #expect(taken.code == "PUBLISHER_NAME_TAKEN")
            #expect(try await client.get("/api/v1/publishers/none").code == "PUBLISHER_NOT_FOUND")
        }
        #expect(api.audit.all.map(\.action).contains(.publisherChanged))
    }

    @Test(
        arguments: [
            ["name": ""], ["name": " Gorax"], ["name": "G", "avatar": "http://gorax.example/a.png"],
            ["name": "G", "avatar": "javascript:alert(1)"], ["name": "G", "avatar": "https://"],
            ["name": "G", "avatar": "https://me@gorax.example/"], ["name": "G", "avatar": "https://a/\"onload="],
            ["name": "G", "links": [["title": "x"]]], ["name": "G", "links": [["title": "x", "url": "ftp://x"]]],
            ["name": "G", "links": ["https://x.example"]], ["name": "G", "tenant": "x"],
        ] as [JSON])
    func `what pages could not show safely is refused`(body: JSON) async throws {
        try await api.test { client in
            let refused = try await client.put("/api/v1/publisher", body)
            #expect(refused.code == "VALIDATION_ERROR", "\(body)")
        }
    }
}
