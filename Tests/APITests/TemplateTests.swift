import HTTPTypes
import PatchbayCore
import PatchbayJSON
import Testing

struct TemplateTests {
    private let api = TestAPI()

    private static func template(version: String = "1.0.0", text: String = "Hello {{ parameters.whom }}") -> JSON {
        [
            "name": "greeter", "version": .string(version), "description": "Says hello", "author": "gorax-team",
            "category": "devops", "tags": ["greeting"],
            "required_connectors": [["id": "echo", "version": "^1.0.0"]],
            "parameters": [["name": "whom", "schema": ["type": "string"], "default": "world"]],
            "workflow": [
                "name": "Greeter",
                "nodes": [
                    ["id": "start", "type": "manual"],
                    ["id": "say", "type": "action", "uses": "echo/say", "input": ["text": .string(text)]],
                    ["id": "note", "type": "set", "config": ["values": ["done": true]]],
                ],
                "edges": [["source": "start", "target": "say"], ["source": "say", "target": "note"]],
            ],
        ]
    }

    private func publish(_ template: JSON, _ client: TestClient) async throws -> String {
        let made = try await client.post("/api/v1/templates", template)
        #expect(made.status == 201, "\(made.json)")
        let id = try #require(made.json["template_id"]?.string)
        let version = made.json["version"]?.string ?? ""
        #expect(try await client.post("/api/v1/templates/\(id)/publish").json["state"] == "pending")
        let approved = try await client.post("/api/v1/submissions/\(id)/\(version)/approve")
        #expect(approved.json["state"] == "published", "\(approved.json)")
        return id
    }

    private func text(_ workflow: String, _ client: TestClient) async throws -> JSON? {
        try await client.get("/api/v1/workflows/\(workflow)").json["document"]?["nodes"]?[1]?["input"]?["text"]
    }

    @Test func `a template is stored, submitted, moderated, found, looked at and taken back`() async throws {
        try await api.test { client in
            let made = try await client.post("/api/v1/templates", Self.template())
            #expect(made.json["state"] == "draft")
            #expect(made.json["problems"] == [])
            let id = try #require(made.json["template_id"]?.string)
            #expect(try await client.get("/api/v1/templates").json["items"] == [])
            #expect(try await client.get("/api/v1/templates/own").json["items"]?.array?.count == 1)
            #expect(
                try await client.post("/api/v1/templates", Self.template(text: "Hi {{ parameters.whom }}")).status
                    == 201)
            #expect(try await client.post("/api/v1/templates/\(id)/publish", ["hold": true]).json["state"] == "pending")
            #expect(try await client.post("/api/v1/templates", Self.template()).code == "TEMPLATE_CONFLICT")
            let waiting = try await client.get("/api/v1/submissions")
            #expect(waiting.json["items"]?[0]?["name"] == "greeter")
            #expect(try await client.get("/api/v1/submissions/\(id)/1.0.0").json["problems"] == [])
            #expect(try await client.post("/api/v1/submissions/\(id)/1.0.0/reject", [:]).status == 400)
            let refused = try await client.post("/api/v1/submissions/\(id)/1.0.0/reject", ["reasons": "Say more."])
            #expect(refused.json["state"] == "rejected")
            #expect(refused.json["reasons"] == "Say more.")
            #expect(try await client.post("/api/v1/templates", Self.template()).status == 201)
            #expect(try await client.post("/api/v1/templates/\(id)/publish", ["hold": true]).status == 200)
            #expect(try await client.post("/api/v1/submissions/\(id)/1.0.0/approve").json["state"] == "approved")
            #expect(try await client.post("/api/v1/templates/\(id)/publish").json["state"] == "published")
            #expect(try await client.post("/api/v1/templates/\(id)/publish").code == "TEMPLATE_CONFLICT")
            let found = try await client.get(
                "/api/v1/templates?q=hello&category=devops&tag=greeting&connector=echo&sort=date")
            #expect(found.json["items"]?[0]?["id"]?.string == id)
            #expect(try await client.get("/api/v1/templates?category=fun&colour=red").problems.count == 2)
            #expect(try await client.get("/api/v1/templates/greeter").json["document"]?["name"] == "greeter")
            let preview = try await client.get("/api/v1/templates/\(id)/preview")
            #expect(preview.json["connectors"]?[0]?["installed"] == "1.1.0")
            #expect(preview.json["connectors"]?[0]?["permissions"]?["hosts"] == ["echo.example"])
            #expect(preview.json["graph"]?["nodes"]?.array?.count == 3)
            #expect(try await client.get("/api/v1/templates/\(id)/preview?version=9.9.9").code == "VERSION_NOT_FOUND")
            #expect(try await client.get("/api/v1/templates/\(id)/versions").json["items"]?.array?.count == 1)
            #expect(try await client.get("/api/v1/templates/\(id)/versions/1.0.0").json["state"] == "published")
            #expect(
                try await client.post("/api/v1/templates/\(id)/deprecate", ["reason": "Old."]).json["deprecated"]
                    == "Old.")
            #expect(
                try await client.post("/api/v1/installations", ["template_id": "greeter"]).code == "TEMPLATE_CONFLICT")
            #expect(try await client.post("/api/v1/templates/\(id)/unpublish").json["state"] == "withdrawn")
            #expect(try await client.get("/api/v1/templates").json["items"] == [])
            #expect(try await client.get("/api/v1/templates/none").code == "TEMPLATE_NOT_FOUND")
        }
        let told = api.audit.all.map(\.action)
        for action in [.templateStored, .templateSubmitted, .templateApproved, .templateRejected] as [AuditAction] {
            #expect(told.contains(action), "\(action)")
        }
    }

    @Test func `a template with problems is a draft and is not published`() async throws {
        try await api.test { client in
            let spoilt = Self.template(text: "ghp_0123456789abcdefghijABCDEFGHIJ012345")
            let made = try await client.post("/api/v1/templates", spoilt)
            #expect(made.status == 201)
            #expect(
                Set((made.json["problems"]?.array ?? []).compactMap { $0["code"]?.string }) == [
                    "secret-value", "unused-parameter",
                ])
            let id = made.json["template_id"]?.string ?? ""
            #expect(
                Set(try await client.post("/api/v1/templates/\(id)/publish").problems) == [
                    "secret-value", "unused-parameter",
                ])
            #expect(try await client.post("/api/v1/templates/check", spoilt).json["valid"] == false)
            #expect(try await client.post("/api/v1/templates", ["name": 1]).status == 400)
        }
    }

    @Test func `a template is tried, installed, changed, updated, reverted and uninstalled`() async throws {
        try await api.test { client in
            let id = try await publish(Self.template(), client)
            let trial = try await client.post("/api/v1/installations", ["template_id": .string(id), "dry_run": true])
            #expect(trial.json["ready"] == true)
            #expect(trial.json["workflow"]?["nodes"]?[1]?["uses"] == "echo@1.1.0/say")
            #expect(try await client.get("/api/v1/workflows").json["items"] == [])
            let wrong = try await client.post(
                "/api/v1/installations",
                ["templateId": "greeter", "parameters": ["whom": 5, "x": 1], "credentials": ["NONE": "y"]])
            #expect(Set(wrong.problems).isSuperset(of: ["bad-parameter", "unknown-parameter", "unknown-slot"]))
            let made = try await client.post(
                "/api/v1/installations", ["templateId": "greeter", "parameters": ["whom": "Ada"], "name": "Mine"])
            #expect(made.status == 201, "\(made.json)")
            let installation = made.headers[.location] ?? ""
            let workflow = made.json["workflow_id"]?.string ?? ""
            #expect(try await text(workflow, client) == "Hello Ada")

            // Somebody changes a node, and the template changes another.
            var document = try await client.get("/api/v1/workflows/\(workflow)").json["document"]?.object ?? [:]
            var nodes = document["nodes"]?.array ?? []
            nodes[2] = ["id": "note", "type": "set", "config": ["values": ["done": "by me"]]]
            document["nodes"] = .array(nodes)
            #expect(try await client.put("/api/v1/workflows/\(workflow)", .object(document)).status == 200)
            #expect(try await client.get(installation).json["update"] == .null)
            _ = try await publish(Self.template(version: "1.1.0", text: "Hi {{ parameters.whom }}"), client)
            #expect(try await client.get(installation).json["update"] == "1.1.0")
            let offer = try await client.post(installation + "/update", ["dry_run": true])
            #expect(offer.json["changes"]?.array?.count == 2)
            #expect(offer.json["conflicts"] == [])
            #expect(try await text(workflow, client) == "Hello Ada")
            let updated = try await client.post(installation + "/update")
            #expect(updated.json["installation"]?["version"] == "1.1.0", "\(updated.json)")
            #expect(try await text(workflow, client) == "Hi Ada")
            let merged = try await client.get("/api/v1/workflows/\(workflow)").json["document"]
            #expect(merged?["nodes"]?[2]?["config"] == ["values": ["done": "by me"]])
            #expect(merged?["name"] == "Mine")
            // Who asks again changes nothing, and has the same way back.
            let again = try await client.post(installation + "/update")
            #expect(again.status == 200 && again.json["installation"]?["version"] == "1.1.0", "\(again.json)")
            #expect(try await client.get("/api/v1/workflows/\(workflow)").json["version"] == 3)

            let reverted = try await client.post(installation + "/revert")
            #expect(reverted.json["version"] == "1.0.0")
            #expect(try await text(workflow, client) == "Hello Ada")
            #expect(try await client.post(installation + "/revert").code == "TEMPLATE_CONFLICT")
            #expect(try await client.get("/api/v1/installations").json["items"]?.array?.count == 1)
            #expect(try await client.delete(installation).status == 204)
            #expect(try await client.get(installation).code == "INSTALLATION_NOT_FOUND")
            #expect(try await client.get("/api/v1/workflows/\(workflow)").status == 404)
        }
    }

    @Test func `what both changed differently is told, and somebody says whose it is`() async throws {
        try await api.test { client in
            _ = try await publish(Self.template(), client)
            let made = try await client.post("/api/v1/installations", ["template_id": "greeter"])
            let (place, workflow) = (made.headers[.location] ?? "", made.json["workflow_id"]?.string ?? "")
            var document = try await client.get("/api/v1/workflows/\(workflow)").json["document"]?.object ?? [:]
            var nodes = document["nodes"]?.array ?? []
            nodes[1] = ["id": "say", "type": "action", "uses": "echo@1.1.0/say", "input": ["text": "Moin"]]
            document["nodes"] = .array(nodes)
            #expect(try await client.put("/api/v1/workflows/\(workflow)", .object(document)).status == 200)
            _ = try await publish(Self.template(version: "2.0.0", text: "Hi {{ parameters.whom }}"), client)
            let refused = try await client.post(place + "/update")
            #expect(refused.code == "UPDATE_CONFLICT")
            #expect(refused.json["error"]?["details"]?["conflicts"]?[0]?["path"] == "nodes/say/input/text")
            #expect(try await text(workflow, client) == "Moin")
            #expect(try await client.post(place + "/update", ["prefer": "theirs"]).status == 200)
            #expect(try await text(workflow, client) == "Hi world")
        }
    }

    @Test func `a template that needs what is not there says so in a dry run, and nothing is made of it`() async throws
    {
        try await api.test { client in
            var template = Self.template().object ?? [:]
            template["required_credentials"] = [["name": "TOKEN", "type": "echo"]]
            var workflow = template["workflow"]?.object ?? [:]
            var nodes = workflow["nodes"]?.array ?? []
            nodes[2] = ["id": "note", "type": "action", "uses": "echo/look", "credential": "TOKEN"]
            workflow["nodes"] = .array(nodes)
            template["workflow"] = .object(workflow)
            _ = try await publish(.object(template), client)
            let credential: JSON = ["name": "mine", "kind": "bearer", "connector": "echo", "fields": ["token": "t"]]
            #expect(try await client.post("/api/v1/credentials", credential).status == 201)
            let trial = try await client.post("/api/v1/installations", ["template_id": "greeter", "dry_run": true])
            #expect(trial.json["ready"] == false)
            #expect(trial.json["missing"]?["credentials"] == [["slot": "TOKEN", "candidates": ["mine"]]])
            #expect(
                try await client.post("/api/v1/installations", ["template_id": "greeter"]).problems == [
                    "missing-credential"
                ])
            let made = try await client.post(
                "/api/v1/installations", ["template_id": "greeter", "credentials": ["TOKEN": "mine"]])
            #expect(made.status == 201, "\(made.json)")
            let id = made.json["workflow_id"]?.string ?? ""
            let stored = try await client.get("/api/v1/workflows/\(id)").json["document"]
            #expect(stored?["nodes"]?[2]?["credential"] == "mine")
            let draft = try await client.post(
                "/api/v1/templates/export",
                ["workflow_id": .string(id), "name": "again", "parameters": ["/nodes/1/input/text"]])
            #expect(draft.json["problems"] == [], "\(draft.json)")
            #expect(draft.json["document"]?["required_credentials"]?[0]?["name"] == "MINE")
            #expect(draft.json["offers"]?[0]?["name"] == "text")
        }
    }
}
