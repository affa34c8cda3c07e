import FoundationEssentials
import HostFixture
import PatchbayJSON
import Testing

/// Two installations and a web server between them: one writes an index, the other follows it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FederationTests {
    private static func template(_ version: String, greeting: String) -> String {
        """
        name: order-greeter
        version: \(version)
        description: Greets whoever orders something
        category: business-processes
        parameters: [{name: greeting, schema: {type: string}, default: "\(greeting)"}]
        workflow:
          name: Greeter
          nodes:
            - {id: start, type: manual}
            - {id: greet, type: set, config: {values: {text: "{{ parameters.greeting }}"}}}
          edges: [{source: start, target: greet}]
        """
    }

    /// The answer, once it is as it should be.
    private func polled(
        _ host: RunningHost, _ path: String, until isGood: @Sendable (JSON) -> Bool
    ) async throws -> JSON {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let answer = try await host.send("GET", path)
            if isGood(answer.body) || ContinuousClock.now > deadline { return answer.body }
            // Another process follows the index; it says so nowhere else.
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    @Test func `a template is bundled here, held by any web server, and found, installed and updated there`()
        async throws
    {
        let (maker, taker) = (try await Installation([]), try await Installation([]))
        let (folder, key) = (maker.folder + "/site", maker.folder + "/signing.key")
        let made = try await maker.command(["connector", "keygen", key, "--json"])
        let publicKey = try #require(try JSON(parsing: made.output)["public_key"]?.string)
        let site = StaticSite()
        @Sendable func publish(_ version: String, _ greeting: String) async throws {
            let document = try maker.write(Self.template(version, greeting: greeting), to: "template-\(version).yaml")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let bundled = try await maker.command(
                ["template", "bundle", document, "--key", key, "--output", "\(folder)/order-greeter-\(version).pbt"])
            #expect(bundled.status == 0, "\(bundled.errors)")
            let indexed = try await maker.command(["index", "write", folder, "--name", "acme", "--key", key])
            #expect(indexed.status == 0, "\(indexed.errors)")
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                site.put(Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))), at: name)
            }
        }
        try await publish("1.0.0", "Hello")
        try await site.listen { url in
            let host = try await taker.serve(adding: ["PATCHBAY_TRUSTED_KEYS": publicKey])
            let followed = try await host.send(
                "POST", "/api/v1/indexes",
                ["name": "acme", "url": .string(url + "/index.json"), "key": .string(publicKey)])
            #expect(followed.status == 201, "\(followed.text)")
            let index = try await polled(host, "/api/v1/indexes/acme") { $0["status"] == "active" }
            #expect(index["templates"] == 1 && index["serial"] == 1, "\(index)")
            let found = try await host.send("GET", "/api/v1/templates?q=greets")
            #expect(found.body["items"]?[0]?["name"] == "acme:order-greeter", "\(found.text)")
            #expect(found.body["items"]?[0]?["index"] == "acme")
            #expect(!site.requests.contains("order-greeter-1.0.0.pbt"))

            let preview = try await host.send("GET", "/api/v1/templates/acme:order-greeter/preview")
            #expect(preview.body["parameters"]?[0]?["name"] == "greeting", "\(preview.text)")
            let installed = try await host.send(
                "POST", "/api/v1/installations", ["template_id": "acme:order-greeter"])
            #expect(installed.status == 201, "\(installed.text)")
            #expect(site.requests.filter { $0.hasSuffix(".pbt") }.count == 1)
            let workflow = "/api/v1/workflows/\(installed.body["workflow_id"]?.string ?? "")"
            let run = try await host.send("POST", workflow + "/execute", ["input": [:]])
            #expect(run.body["status"] == "completed", "\(run.text)")

            // A newer version is offered to who has installed it.
            try await publish("1.1.0", "Good morning")
            #expect(try await host.send("POST", "/api/v1/indexes/acme/fetch", [:]).status == 202)
            let place = "/api/v1/installations/\(installed.body["id"]?.string ?? "")"
            #expect(try await polled(host, place) { $0["update"] == "1.1.0" }["update"] == "1.1.0")
            let updated = try await host.send("POST", place + "/update", [:])
            #expect(updated.status == 200, "\(updated.text)")

            // Somebody changes a bundle on the server: nothing of it is used.
            try await publish("1.2.0", "Good evening")
            site.put(Array("something else".utf8), at: "order-greeter-1.2.0.pbt")
            _ = try await host.send("POST", "/api/v1/indexes/acme/fetch", [:])
            _ = try await polled(host, place) { $0["update"] == "1.2.0" }
            let refused = try await host.send("POST", place + "/update", [:])
            #expect(refused.status == 502 && refused.body["error"]?["code"] == "FETCH_FAILED", "\(refused.text)")
            #expect(try await host.send("GET", place).body["version"] == "1.1.0")

            let listed = try await taker.command(["index", "list", "--json"])
            #expect(try JSON(parsing: listed.output)["items"]?[0]?["serial"] == 3, "\(listed.errors)")
            let disabled = try await taker.command(["index", "disable", "acme"])
            #expect(disabled.status == 0, "\(disabled.errors)")
            #expect(try await host.send("GET", "/api/v1/templates?q=greets").body["items"] == [])
            #expect(try await host.send("DELETE", "/api/v1/indexes/acme").status == 204)
            #expect(try await host.send("POST", workflow + "/execute", ["input": [:]]).body["status"] == "completed")
            #expect(await host.stop() == 0)
        }
    }
}
