import HostFixture
import PatchbayJSON
import Testing

/// From a draft to a run and back, over HTTP, with a host of its own.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TemplateFunnelTests {
    private func template(_ version: String, greeting: String) -> JSON {
        [
            "name": "courier", "version": .string(version), "description": "Tells a server of an order",
            "category": "business-processes", "tags": ["orders"],
            "required_connectors": [["id": "http", "version": "^1.0.0"]],
            "required_credentials": [["name": "RECEIVER", "type": "http", "kind": "bearer"]],
            "parameters": [["name": "address", "title": "Where to", "schema": ["type": "string"]]],
            "workflow": [
                "name": "Courier",
                "nodes": [
                    ["id": "start", "type": "manual"],
                    [
                        "id": "tell", "type": "action", "uses": "http/request", "credential": "RECEIVER",
                        "input": [
                            "method": "POST", "url": "{{ parameters.address }}/messages",
                            "json": ["text": .string(greeting + " {{ trigger.body.name }}")],
                        ],
                    ],
                    ["id": "note", "type": "set", "config": ["values": ["by": "template"]]],
                ],
                "edges": [["source": "start", "target": "tell"], ["source": "tell", "target": "note"]],
            ],
        ]
    }

    private func publish(_ template: JSON, on host: RunningHost) async throws {
        let made = try await host.send("POST", "/api/v1/templates", template)
        #expect(made.status == 201 && made.body["problems"] == [], "\(made.text)")
        let id = made.body["template_id"]?.string ?? ""
        let version = made.body["version"]?.string ?? ""
        let offered = try await host.send("POST", "/api/v1/templates/\(id)/publish", [:])
        #expect(offered.body["state"] == "pending", "\(offered.text)")
        let approved = try await host.send("POST", "/api/v1/submissions/\(id)/\(version)/approve", [:])
        #expect(approved.body["state"] == "published", "\(approved.text)")
    }

    @Test func `a template is published, found, installed, run, updated beside a change, reverted and uninstalled`()
        async throws
    {
        let installation = try await Installation(["http"])
        let receiver = Receiver()
        try await receiver.listen { url in
            let host = try await installation.serve()
            let port = url.split(separator: ":").last!
            let added = try await host.send(
                "POST", "/api/v1/credentials",
                [
                    "name": "mine", "kind": "bearer", "fields": ["token": "t0ken"],
                    "hosts": [.string("127.0.0.1:\(port)")],
                ])
            #expect(added.status == 201, "\(added.text)")
            try await publish(template("1.0.0", greeting: "Order for"), on: host)

            let found = try await host.send("GET", "/api/v1/templates?q=ordres&category=business-processes")
            let id = try #require(found.body["items"]?[0]?["id"]?.string, "\(found.text)")
            let preview = try await host.send("GET", "/api/v1/templates/\(id)/preview")
            #expect(preview.body["credentials"]?[0]?["name"] == "RECEIVER")
            #expect(preview.body["connectors"]?[0]?["installed"]?.string != nil)

            let trial = try await host.send(
                "POST", "/api/v1/installations", ["templateId": .string(id), "dryRun": true])
            #expect(trial.body["ready"] == false && trial.body["missing"]?["credentials"]?[0]?["slot"] == "RECEIVER")
            let made = try await host.send(
                "POST", "/api/v1/installations",
                [
                    "templateId": .string(id), "parameters": ["address": .string(url)],
                    "credentials": ["RECEIVER": "mine"],
                ])
            #expect(made.status == 201, "\(made.text)")
            let place = "/api/v1/installations/\(made.body["id"]?.string ?? "")"
            let workflow = "/api/v1/workflows/\(made.body["workflow_id"]?.string ?? "")"
            func run() async throws -> String? {
                let run = try await host.send("POST", workflow + "/execute", ["input": ["name": "Ada"]])
                #expect(run.body["status"] == "completed", "\(run.text)")
                return receiver.received.last?.body["text"]?.string
            }
            #expect(try await run()?.contains("Order for Ada") == true)

            // Somebody changes one node, the template another.
            var document = try await host.send("GET", workflow).body["document"]?.object ?? [:]
            var nodes = document["nodes"]?.array ?? []
            nodes[2] = ["id": "note", "type": "set", "config": ["values": ["by": "me"]]]
            document["nodes"] = .array(nodes)
            #expect(try await host.send("PUT", workflow, .object(document)).status == 200)
            try await publish(template("1.1.0", greeting: "Parcel for"), on: host)
            #expect(try await host.send("GET", place).body["update"] == "1.1.0")
            let updated = try await host.send("POST", place + "/update", [:])
            #expect(updated.status == 200 && updated.body["conflicts"] == [], "\(updated.text)")
            #expect(try await run()?.contains("Parcel for Ada") == true)
            let merged = try await host.send("GET", workflow).body["document"]
            #expect(merged?["nodes"]?[2]?["config"] == ["values": ["by": "me"]])

            #expect(try await host.send("POST", place + "/revert", [:]).body["version"] == "1.0.0")
            #expect(try await run()?.contains("Order for Ada") == true)
            #expect(try await host.send("DELETE", place).status == 204)
            #expect(try await host.send("GET", workflow).status == 404)
            #expect(await host.stop() == 0)
        }
    }
}
