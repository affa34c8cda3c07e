import FoundationEssentials
import Glibc
import HostFixture
import PatchbayJSON
import PatchbayOutbound
import Testing

/// The whole line with real processes: programs, libraries, database, sockets, signals.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FirstLineTests {
    private func post(to url: String) -> JSON {
        [
            "name": "post",
            "nodes": [
                ["id": "start", "type": "manual"],
                [
                    "id": "tell", "type": "action", "uses": "http/request", "credential": "receiver-token",
                    "input": ["method": "POST", "url": .string(url + "/messages"), "json": "{{ trigger.body }}"],
                ],
            ],
            "edges": [["source": "start", "target": "tell"]],
        ]
    }

    @Test func `the starter workflow runs on a new host, and again on the same`() async throws {
        let installation = try await Installation(["http"])
        let host = try await installation.serve()
        #expect(host.program.output.contains("Admin key"))
        let examples = SourceFolder.path + "/Host/Docs/examples"
        let arguments = [
            "demo", "--url", host.url, "--workflow", examples + "/deploy-alert.json", "--payload",
            examples + "/deployment_status.json", "--receiver-port", "18089",
        ]
        for _ in 1...2 {
            let demo = try await installation.command(arguments)
            #expect(demo.status == 0, "\(demo.errors)")
            #expect(demo.output.contains("✓ tell"))
            #expect(demo.output.contains("– note"))
            #expect(demo.output.contains("octo-org/octo-shop is live on production"))
        }
        #expect(await host.stop() == 0)
        #expect(!host.program.errors.contains(host.key))
    }

    @Test func `a credential reaches its host and is seen nowhere else`() async throws {
        let installation = try await Installation(["http"])
        let receiver = Receiver()
        try await receiver.listen { url in
            let host = try await installation.serve()
            let port = url.split(separator: ":").last!
            let added = try await host.send(
                "POST", "/api/v1/credentials",
                [
                    "name": "receiver-token", "kind": "bearer", "fields": ["token": "s3cr3t-canary-token"],
                    "hosts": [.string("127.0.0.1:\(port)")],
                ])
            #expect(added.status == 201, "\(added.text)")
            let id = try #require(try await host.send("POST", "/api/v1/workflows", post(to: url)).body["id"]?.string)
            let run = try await host.send("POST", "/api/v1/workflows/\(id)/execute", ["input": ["n": 1]])
            #expect(run.body["status"] == "completed", "\(run.text)")
            #expect(receiver.received.first?.authorization == "Bearer s3cr3t-canary-token")
            let runID = try #require(run.body["run_id"]?.string)
            for path in ["/runs/\(runID)", "/runs/\(runID)/steps", "/runs/\(runID)/logs", "/credentials"] {
                #expect(!(try await host.send("GET", "/api/v1" + path).text).contains("canary"), "\(path)")
            }
            #expect(!run.text.contains("canary"))
            #expect(run.text.contains("‹secret›"))
            #expect(await host.stop() == 0)
            #expect(!host.program.errors.contains("canary"))
        }
    }

    @Test func `an accepted run finishes although the host is killed while it calls`() async throws {
        let installation = try await Installation(["http"])
        let receiver = Receiver()
        try await receiver.listen { url in
            var workflow = post(to: url)
            workflow = try JSON(parsing: workflow.text.replacing(#","credential":"receiver-token""#, with: ""))
            let first = try await installation.serve()
            let id = try #require(try await first.send("POST", "/api/v1/workflows", workflow).body["id"]?.string)
            receiver.hold()
            let accepted = try await first.send(
                "POST", "/api/v1/workflows/\(id)/execute", ["input": ["n": 2], "async": true])
            #expect(accepted.status == 202)
            let run = try #require(accepted.body["run_id"]?.string)
            await receiver.hasReceived(1)
            first.program.signal(SIGKILL)
            _ = await first.program.ended()
            receiver.release()
            let second = try await installation.serve()
            let ended = try await second.finished(run)
            #expect(ended["status"] == "completed", "\(ended.text)")
            let step = ended["steps"]?.array?.first { $0["node_id"] == "tell" }
            #expect(step?["attempts"] == 2)
            #expect(receiver.received.count == 2)
            #expect(await second.stop() == 0)
        }
    }

    @Test func `a host that is told to stop ends the call it is in`() async throws {
        let installation = try await Installation(["http"])
        let receiver = Receiver()
        try await receiver.listen { url in
            let workflow = try JSON(
                parsing: post(to: url).text.replacing(#","credential":"receiver-token""#, with: ""))
            let host = try await installation.serve()
            let id = try #require(try await host.send("POST", "/api/v1/workflows", workflow).body["id"]?.string)
            receiver.hold()
            let accepted = try await host.send("POST", "/api/v1/workflows/\(id)/execute", ["async": true])
            let run = try #require(accepted.body["run_id"]?.string)
            await receiver.hasReceived(1)
            host.program.signal(SIGTERM)
            receiver.release()
            #expect(await host.program.ended() == 0)
            let next = try await installation.serve()
            let ended = try await next.finished(run)
            #expect(ended["status"] == "completed")
            #expect(receiver.received.count == 1)
            #expect(await next.stop() == 0)
        }
    }

    @Test func `two versions of a connector answer in one process, each in its own way`() async throws {
        let installation = try await Installation(["greeterone", "greetertwo"])
        let workflow = try installation.write(
            JSON.object([
                "name": "both",
                "nodes": [
                    ["id": "start", "type": "manual"],
                    ["id": "old", "type": "action", "uses": "greeter@1.0.0/greet", "input": ["name": "Ada"]],
                    ["id": "new", "type": "action", "uses": "greeter@2.0.0/greet", "input": ["name": "Ada"]],
                ],
                "edges": [["source": "start", "target": "old"], ["source": "start", "target": "new"]],
            ]).text, to: "both.json")
        let run = try await installation.command(["run", workflow, "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let output = try JSON(parsing: run.output)["output"]
        #expect(output == ["old": ["text": "Hello, Ada"], "new": ["text": "Welcome, Ada"]])
    }

    @Test func `connectors that cannot be used are listed with their reason, and the host goes on`() async throws {
        let installation = try await Installation(["http", "greeterone"])
        _ = try installation.write("no library", to: "plugins/greeter/1.0.0/greeter.so")
        _ = try installation.write("{", to: "plugins/broken/1.0.0/manifest.json")
        _ = try installation.write("", to: "plugins/empty/0.1.0/README")
        let host = try await installation.serve(adding: ["PATCHBAY_PRELOAD": "greeter,http,nothing"])
        let items = try #require(try await host.send("GET", "/api/v1/connectors").body["items"]?.array)
        let states = Dictionary(uniqueKeysWithValues: items.map { ($0["id"]?.string ?? "", $0) })
        #expect(states["http"]?["state"] == "loaded")
        #expect(states["greeter"]?["refusal"]?["code"] == "digest-mismatch")
        #expect(states["broken"]?["refusal"]?["code"] == "manifest-unreadable")
        #expect(states["empty"]?["refusal"]?["code"] == "manifest-missing")
        for refused in ["greeter", "broken", "empty"] {
            for word in ["have", "need", "hint"] {
                #expect(states[refused]?["refusal"]?[word]?.string?.isEmpty == false, "\(refused) \(word)")
            }
        }
        #expect(await host.stop() == 0)
    }

    @Test func `the host runs as an ordinary user too`() async throws {
        try #require(geteuid() != 0 || FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv"))
        let installation = try await Installation(["http"])
        guard geteuid() == 0 else { return }  // then every other test here has shown it
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: installation.folder)
        let program = try ChildProgram(
            "/usr/bin/setpriv",
            [
                "--reuid=nobody", "--regid=nogroup", "--clear-groups", installation.build + "/patchbay", "serve",
            ], environment: installation.environment, folder: installation.folder)
        let host = try await RunningHost(program, keyFile: installation.folder + "/data/admin-key")
        #expect(try await host.send("GET", "/readyz").status == 200)
        #expect(await host.stop() == 0)
    }
}

enum SourceFolder {
    /// The project's folder.
    static let path: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()
}
