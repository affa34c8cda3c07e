import HTTPTypes
import PatchbayAPI
import PatchbayCore
import PatchbayJSON
import Testing

/// Templates whose connectors are not here yet.
struct TemplateConnectorTests {
    private let api = TestAPI()

    private static func template(_ needs: [String] = ["acme"]) -> JSON {
        var nodes: [JSON] = [["id": "start", "type": "manual"]]
        var edges: [JSON] = []
        var connectors: [JSON] = []
        for need in needs {
            nodes.append([
                "id": .string("say-" + need), "type": "action", "uses": .string(need + "/say"),
                "input": ["text": "{{ parameters.text }}"],
            ])
            edges.append(["source": "start", "target": .string("say-" + need)])
            connectors.append(["id": .string(need), "version": "^1.0.0"])
        }
        return [
            "name": "courier", "version": "1.0.0", "description": "Says it", "category": "devops",
            "required_connectors": .array(connectors),
            "parameters": [["name": "text", "schema": ["type": "string"]]],
            "workflow": ["name": "Courier", "nodes": .array(nodes), "edges": .array(edges)],
        ]
    }

    /// A template that was checked where its connectors were; they are gone since.
    private func shelve(_ needs: [String] = ["acme"]) async throws {
        let document = Self.template(needs)
        let version = TemplateVersion(
            template: .new(at: api.clock.now), tenant: .initial, version: Version("1.0.0")!, document: document,
            createdBy: "ann", createdAt: api.clock.now)
        let listing = TemplateListing(
            id: version.template, publisher: .initial, name: "courier", title: "", about: "Says it", author: "",
            category: "devops", tags: [], connectors: needs, version: version.version, publishedAt: api.clock.now,
            updatedAt: api.clock.now)
        let change = SubmissionChange(version: version, listing: listing, actor: "ann", at: api.clock.now)
        _ = try await api.templates.apply(.submit(held: false), to: change)
        _ = try await api.templates.apply(.approve, to: change)
    }

    private func publish(
        _ text: String, _ client: TestClient, signer: String = MemoryPackageSubmissions.signer
    ) async throws {
        let made = try await client.raw(
            .post, "/api/v1/connector-submissions?signer=" + signer,
            headers: [
                .authorization: "Bearer \(TestAPI.key)", .contentType: "application/vnd.patchbay.connector",
            ], body: Array(text.utf8))
        #expect(made.status == 201)
        let place = text.split(separator: " ").prefix(2).joined(separator: "/")
        let approved = try await client.post("/api/v1/connector-submissions/\(place)/approve")
        #expect(approved.status == 200)
    }

    private func body(_ more: JSONObject = [:]) -> JSON {
        var body: JSONObject = ["template_id": "courier", "parameters": ["text": "hello"]]
        for member in more { body[member.name] = member.value }
        return .object(body)
    }

    @Test func `a dry run shows what could be brought, and an operator's installation brings it`() async throws {
        try await shelve()
        try await api.test { client in
            try await publish("acme 1.0.0 api.acme.example", client)
            try await publish("acme 1.2.0 api.acme.example", client)
            try await publish("acme 2.0.0", client)
            let trial = try await client.post("/api/v1/installations", body(["dry_run": true]))
            let missing = trial.json["missing"]?["connectors"]?[0]
            #expect(missing?["id"] == "acme")
            let offer = missing?["offer"]
            #expect(offer?["version"] == "1.2.0")
            #expect(offer?["permissions"]?["hosts"] == ["api.acme.example"])
            #expect(offer?["may_install"] == true && offer?["obstacle"] == .null && offer?["check_passed"] == true)
            // Nobody installs what they have not asked for.
            #expect(try await client.post("/api/v1/installations", body()).problems == ["missing-connector"])
            #expect(try await api.connectors.installations().isEmpty)
            // What else is wrong is told before anything is installed.
            let wrong = try await client.post(
                "/api/v1/installations", ["template_id": "courier", "install_connectors": true])
            #expect(wrong.status == 400)
            #expect(try await api.connectors.installations().isEmpty)
            let made = try await client.post("/api/v1/installations", body(["installConnectors": true]))
            #expect(made.status == 201, "\(made.json)")
            #expect(made.json["connectors_installed"] == ["acme@1.2.0"])
            let workflow = try await client.get("/api/v1/workflows/\(made.json["workflow_id"]?.string ?? "")")
            #expect(workflow.json["document"]?["nodes"]?[1]?["uses"] == "acme@1.2.0/say")
            let again = try await client.post("/api/v1/installations", body(["install_connectors": true]))
            #expect((again.status, again.json["connectors_installed"]) == (201, []))
        }
        let told = api.audit.all
        #expect(told.contains { $0.action == .connectorInstalled && $0.resource?.id == "acme@1.2.0" })
    }

    @Test func `a tenant's admin brings connectors where the operator lets them, and nobody else does`() async throws {
        let admin = api.person("admin@example.com", [.initial: "admin"])
        let editor = api.person("editor@example.com", [.initial: "editor"])
        try await shelve()
        try await api.test { client in
            try await publish("acme 1.0.0", client)
            let session = try await api.session(of: admin)
            let refused = try await client.ask(
                .post, "/api/v1/installations", body(["install_connectors": true]), by: session)
            #expect((refused.status, refused.code) == (403, "FORBIDDEN"))
            #expect(refused.json["error"]?["details"]?["connectors"]?[0]?["obstacle"] == "not-allowed")
            #expect(try await client.get("/api/v1/workflows").json["items"] == [])
        }
        var changed = api
        changed.tenantsInstallConnectors = true
        let open = changed
        try await open.test { client in
            let (editor, admin) = (try await open.session(of: editor), try await open.session(of: admin))
            let all = body(["install_connectors": true])
            let editing = try await client.ask(.post, "/api/v1/installations", all, by: editor)
            #expect(editing.status == 403)
            let made = try await client.ask(.post, "/api/v1/installations", all, by: admin)
            #expect((made.status, made.json["connectors_installed"]) == (201, ["acme@1.0.0"]))
        }
    }

    private func obstacle(_ client: TestClient) async throws -> JSON? {
        let trial = try await client.post("/api/v1/installations", body(["dry_run": true]))
        let refused = try await client.post("/api/v1/installations", body(["install_connectors": true]))
        #expect(refused.code == "CONNECTOR_REFUSED")
        return trial.json["missing"]?["connectors"]?[0]?["offer"]?["obstacle"]
    }

    @Test func `what is not published, not trusted or taken back is not brought`() async throws {
        try await shelve()
        try await api.test { client in
            #expect(try await obstacle(client) == "not-published")
            try await publish("acme 1.0.0", client)
            let package = "/api/v1/connector-packages/acme/1.0.0"
            #expect(try await client.post(package + "/yank", ["reason": "Bad."]).status == 200)
            #expect(try await obstacle(client) == "not-published")
            #expect(try await client.post("/api/v1/installations", body()).problems == ["missing-connector"])
        }
        let other = TemplateConnectorTests()
        try await other.shelve()
        try await other.api.test { client in
            try await other.publish(
                "acme 1.0.0", client, signer: "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=")
            let trial = try await client.post("/api/v1/installations", body(["dry_run": true]))
            #expect(trial.json["missing"]?["connectors"]?[0]?["offer"]?["obstacle"] == "not-trusted")
        }
    }

    @Test func `a connector that cannot be loaded leaves nothing of the installation`() async throws {
        try await shelve()
        try await api.test { client in
            try await publish("acme 1.0.0 unloadable", client)
            let refused = try await client.post("/api/v1/installations", body(["install_connectors": true]))
            #expect((refused.status, refused.code) == (409, "CONNECTOR_REFUSED"))
            #expect(try await client.get("/api/v1/workflows").json["items"] == [])
            #expect(try await client.get("/api/v1/installations").json["items"] == [])
        }
    }
}
