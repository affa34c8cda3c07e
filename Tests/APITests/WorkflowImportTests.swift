import PatchbayJSON
import Testing

struct WorkflowImportTests {
    private let api = TestAPI()
    private let document: JSON = [
        "name": "From n8n",
        "nodes": [
            ["name": "Hook", "type": "n8n-nodes-base.webhook", "typeVersion": 2, "parameters": ["path": "orders"]],
            [
                "name": "Keep", "type": "n8n-nodes-base.set", "typeVersion": 3.4,
                "parameters": [
                    "assignments": [
                        "assignments": [["name": "id", "value": "={{ $json.body.id }}", "type": "string"]]
                    ]
                ],
            ],
        ], "connections": ["Hook": ["main": [[["node": "Keep", "type": "main", "index": 0]]]]],
    ]

    @Test func `a workflow of n8n is translated, and the outcome can be saved`() async throws {
        let (translated, saved, listed) = try await api.test { client in
            let translated = try await client.post("/api/v1/workflows/import?from=n8n", document)
            let listed = try await client.get("/api/v1/workflows")
            return (
                translated, try await client.post("/api/v1/workflows", translated.json["document"] ?? .null), listed
            )
        }
        #expect(translated.status == 200)
        #expect(translated.json["problems"] == [])
        #expect(translated.json["report"]?["summary"]?["nodes"] == ["translated": 2])
        #expect(translated.json["text"]?.string?.contains("2 nodes: 2 translated") == true)
        #expect(listed.json["items"] == [])
        #expect(saved.status == 201)
        #expect(saved.json["webhook_url"]?.string?.hasSuffix("/webhook/orders") == true)
    }

    @Test func `what is no workflow of n8n is refused with the place`() async throws {
        let (odd, nameless, strange) = try await api.test { client in
            (
                try await client.post("/api/v1/workflows/import?from=n8n", ["nodes": [["name": "A"]]]),
                try await client.post("/api/v1/workflows/import", document),
                try await client.post("/api/v1/workflows/import?from=zapier", document)
            )
        }
        #expect(odd.status == 400)
        #expect(odd.json["error"]?["details"]?["problems"]?[0]?["code"] == "not-importable")
        #expect(odd.json["error"]?["details"]?["problems"]?[0]?["pointer"] == "/nodes/0/type")
        #expect([nameless.status, strange.status] == [400, 400])
    }
}
