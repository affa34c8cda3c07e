import HTTPTypes
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import Testing

struct IndexTests {
    private let api = TestAPI()
    private static let key = SigningKey().publicKey

    private static func body(_ change: (inout JSONObject) -> Void = { _ in }) -> JSON {
        var body: JSONObject = [
            "name": "acme", "url": "https://templates.example.com/index.json", "key": .string(key),
        ]
        change(&body)
        return .object(body)
    }

    @Test func `an index is followed, changed, read at once, and given up`() async throws {
        try await api.test { client in
            let made = try await client.post("/api/v1/indexes", Self.body { $0["interval"] = "30m" })
            #expect(made.status == 201, "\(made.json)")
            #expect(made.json["status"] == "new" && made.json["interval_seconds"] == 1_800)
            let place = made.headers[.location] ?? ""
            #expect(try await client.get(place).json == made.json)
            #expect(try await client.get("/api/v1/indexes/acme").json == made.json)
            #expect(try await client.get("/api/v1/indexes").json["items"] == [made.json])
            #expect(try await client.post("/api/v1/indexes", Self.body()).code == "INDEX_CONFLICT")
            let changed = try await client.put(place, ["enabled": false])
            #expect(changed.json["status"] == "disabled" && changed.json["next_at"]?.isNull == true)
            #expect(changed.json["url"] == made.json["url"])
            #expect(try await client.put(place, ["enabled": true]).json["status"] == "new")
            #expect(try await client.post(place + "/fetch").status == 202)
            #expect(try await client.delete(place).status == 204)
            #expect(try await client.delete(place).code == "INDEX_NOT_FOUND")
            #expect(try await client.get("/api/v1/indexes/acme").code == "INDEX_NOT_FOUND")
        }
    }

    private static let misshapen: [(member: String, value: JSON)] = [
        ("name", "Acme"), ("name", "a:b"), ("url", "ftp://example.com/index.json"), ("url", "file:///etc/passwd"),
        ("url", "https://user:pass@example.com/index.json"), ("url", "https://example.com/index.json?x=1"),
        ("url", "https://example.com"), ("key", "abc"), ("interval", "1s"), ("interval", "30d"), ("colour", "red"),
    ]

    @Test(arguments: misshapen)
    func `what cannot be followed is refused with its place`(member: String, value: JSON) async throws {
        try await api.test { client in
            let answer = try await client.post("/api/v1/indexes", Self.body { $0[member] = value })
            #expect(answer.status == 400)
            #expect(answer.json["error"]?["details"]?["problems"]?[0]?["pointer"]?.string == "/" + member)
        }
    }

    @Test func `connectors of an index are shown with their addresses`() async throws {
        api.indexes.offer([
            IndexedConnector(
                connector: "acme", version: Version("1.0.0")!,
                file: IndexedFile(name: "acme-1.0.0.pbc", sha256: String(repeating: "a", count: 64), size: 10),
                entry: ["permissions": [:]])
        ])
        try await api.test { client in
            _ = try await client.post("/api/v1/indexes", Self.body())
            let page = try await client.get("/api/v1/indexes/acme/connectors")
            #expect(page.json["items"]?[0]?["url"] == "https://templates.example.com/acme-1.0.0.pbc")
        }
    }

    private static let template: JSON = [
        "name": "greeter", "version": "1.0.0", "description": "Says hello", "category": "devops",
        "workflow": ["name": "Greeter", "nodes": [["id": "start", "type": "manual"]], "edges": []],
    ]

    @Test func `a template of an index is fetched when it is looked at or installed`() async throws {
        let id = TemplateID.new(at: api.clock.now)
        api.templates.follow(
            TemplateListing(
                id: id, publisher: .new(at: api.clock.now), name: "acme:greeter", title: "", about: "Says hello",
                author: "",
                category: "devops", tags: [], connectors: [], version: Version("1.0.0")!, index: "acme",
                publishedAt: api.clock.now, updatedAt: api.clock.now))
        try await api.test { client in
            let found = try await client.get("/api/v1/templates?q=hello")
            #expect(found.json["items"]?[0]?["name"] == "acme:greeter")
            #expect(found.json["items"]?[0]?["index"] == "acme")
            let versions = try await client.get("/api/v1/templates/acme:greeter/versions")
            #expect(versions.json["items"]?[0]?["name"] == "greeter", "\(versions.json)")
            // Whatever goes wrong on the way is told, and nothing is installed.
            api.indexes.answer(.failure(IndexFailure(.digestMismatch, "It was changed.")))
            let refused = try await client.get("/api/v1/templates/\(id)/preview")
            #expect(refused.code == "FETCH_FAILED")
            #expect(refused.json["error"]?["details"]?["reason"] == "digest-mismatch")
            let wanted: JSON = ["template_id": .string(id.description)]
            #expect(try await client.post("/api/v1/installations", wanted).code == "FETCH_FAILED")
            api.indexes.answer(.failure(IndexFailure(.busy, "Others are at it.")))
            #expect(try await client.get("/api/v1/templates/acme:greeter").status == 503)

            api.indexes.answer(.success(Self.template))
            let preview = try await client.get("/api/v1/templates/acme:greeter/preview")
            #expect(preview.json["graph"]?["nodes"]?.array?.count == 1, "\(preview.json)")
            let whole = try await client.get("/api/v1/templates/acme:greeter")
            #expect(whole.json["document"]?["name"] == "greeter" && whole.json["index"] == "acme")
            #expect(
                try await client.get("/api/v1/templates/\(id)/versions/1.0.0").json["document"]?["name"] == "greeter")
            let made = try await client.post("/api/v1/installations", wanted)
            #expect(made.status == 201, "\(made.json)")
            #expect(made.json["template_id"]?.string == id.description)
        }
    }
}
