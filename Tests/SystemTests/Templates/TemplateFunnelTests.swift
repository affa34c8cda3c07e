import FoundationEssentials
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

    // MARK: Connectors that come with a template

    private static let greeting: JSON = [
        "name": "greeting", "version": "1.0.0", "description": "Greets whoever comes", "category": "devops",
        "required_connectors": [["id": "greeter", "version": "^1.0.0"]],
        "workflow": [
            "name": "Greeting",
            "nodes": [
                ["id": "start", "type": "manual"],
                [
                    "id": "greet", "type": "action", "uses": "greeter/greet",
                    "input": ["name": "{{ trigger.body.name }}"],
                ],
            ],
            "edges": [["source": "start", "target": "greet"]],
        ],
    ]

    /// A signed package, and the public key.
    private func signedPackage(_ installation: Installation) async throws -> (bytes: [UInt8], signer: String) {
        let (key, file) = (installation.folder + "/signing.key", installation.folder + "/greeter.pbc")
        let made = try await installation.command(["connector", "keygen", key])
        #expect(made.status == 0, "\(made.errors)")
        let packed = try await installation.command([
            "connector", "pack", installation.build + "/libgreeterone.so", "--key", key, "--output", file,
        ])
        #expect(packed.status == 0, "\(packed.errors)")
        let signer = made.output.split(whereSeparator: \.isWhitespace).first { $0.utf8.count == 44 }
        return (
            Array(try Data(contentsOf: URL(fileURLWithPath: file))), String(try #require(signer, "\(made.output)"))
        )
    }

    @Test func `a template is published where its connector is, and brings it when it is gone`() async throws {
        let installation = try await Installation([])
        let (bytes, signer) = try await signedPackage(installation)
        let host = try await installation.serve()
        let query = "?signer=" + signer.replacing("+", with: "%2B").replacing("/", with: "%2F")
        let type = "application/vnd.patchbay.connector"
        let submitted = try await host.upload("/api/v1/connector-submissions" + query, bytes, type: type)
        #expect(submitted.status == 201 && submitted.body["state"] == "pending", "\(submitted.text)")
        #expect(submitted.body["check"]?["failed"] == [], "\(submitted.text)")
        let place = "/api/v1/connector-submissions/greeter/1.0.0"
        #expect(try await host.send("POST", place + "/approve", [:]).body["state"] == "published")
        // Where it is checked, the connector is there.
        let package = "/api/v1/connector-packages/greeter/1.0.0"
        #expect(try await host.send("POST", package + "/install", [:]).status == 201)
        try await publish(Self.greeting, on: host)
        #expect(try await host.send("DELETE", "/api/v1/connectors/greeter/1.0.0").status == 204)

        let trial = try await host.send("POST", "/api/v1/installations", ["templateId": "greeting", "dryRun": true])
        let offer = trial.body["missing"]?["connectors"]?[0]?["offer"]
        #expect(offer?["may_install"] == true && offer?["signer"]?.string == signer, "\(trial.text)")
        let without = try await host.send("POST", "/api/v1/installations", ["templateId": "greeting"])
        #expect(without.status == 400, "\(without.text)")
        let made = try await host.send(
            "POST", "/api/v1/installations", ["templateId": "greeting", "install_connectors": true])
        #expect(made.status == 201 && made.body["connectors_installed"] == ["greeter@1.0.0"], "\(made.text)")
        let workflow = "/api/v1/workflows/\(made.body["workflow_id"]?.string ?? "")"
        let run = try await host.send("POST", workflow + "/execute", ["input": ["name": "Ada"]])
        #expect(run.body["status"] == "completed" && run.text.contains("Hello, Ada"), "\(run.text)")

        // What is pinned goes on when the version is taken back; nobody gets it anew.
        let yanked = try await host.send("POST", package + "/yank", ["reason": "It greets too loudly."])
        #expect(yanked.body["needs"]?["workflow_count"] == 1, "\(yanked.text)")
        let again = try await host.send("POST", workflow + "/execute", ["input": ["name": "Bo"]])
        #expect(again.body["status"] == "completed", "\(again.text)")
        let fresh = try await host.send(
            "POST", "/api/v1/installations", ["templateId": "greeting", "install_connectors": true])
        #expect(fresh.status == 409 && fresh.text.contains("not-published"), "\(fresh.text)")
        #expect(await host.stop() == 0)
    }
}
