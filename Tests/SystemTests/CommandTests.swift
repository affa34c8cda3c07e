import HostFixture
import PatchbayJSON
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct CommandTests {
    @Test func `credentials are added, listed without their secrets, and removed`() async throws {
        let installation = try await Installation([])
        let added = try await installation.command(
            ["credential", "add", "team-slack", "--kind", "bearer", "--connector", "slack"], input: "xoxb-canary\n")
        #expect(added.status == 0, "\(added.errors)")
        let again = try await installation.command(
            ["credential", "add", "team-slack", "--kind", "bearer"], input: "other\n")
        #expect(again.status != 0)
        let list = try await installation.command(["credential", "list", "--json"])
        let items = try JSON(parsing: list.output)["items"]
        #expect(items?[0]?["name"] == "team-slack")
        #expect(items?[0]?["connector"] == "slack")
        #expect(!list.output.contains("canary"))
        #expect(try await installation.command(["credential", "remove", "team-slack"]).status == 0)
        let missing = try await installation.command(["credential", "remove", "team-slack"])
        #expect(missing.status != 0)
        #expect(missing.errors.contains("patchbay credential list"))
        let empty = try await installation.command(["credential", "list"])
        #expect(empty.output.contains("There are no credentials"))
    }

    @Test func `a secret that was not given is asked for by name`() async throws {
        let installation = try await Installation([])
        let answer = try await installation.command(["credential", "add", "x", "--kind", "basic", "--username", "ada"])
        #expect(answer.status != 0)
        #expect(answer.errors.contains("password is missing"))
    }

    @Test func `the tables are distributed where Citus is, else the command says what is missing`() async throws {
        let installation = try await Installation([])
        let refused = try await installation.command(["migrate", "--distribute"])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("Citus 12"), "\(refused.errors)")
        let printed = try await installation.command(["migrate", "--distribute", "--print"])
        #expect(printed.status == 0, "\(printed.errors)")
        let lines = printed.output.split(separator: "\n")
        #expect(lines.first == "select create_distributed_table('tenants', 'tenant_id', colocate_with => 'none');")
        #expect(lines.contains("select create_distributed_table('runs', 'tenant_id', colocate_with => 'tenants');"))
        #expect(!printed.output.contains("run_queue"))
        let alone = try await installation.command(["migrate", "--print"])
        #expect(alone.errors.contains("--distribute"))
    }

    @Test func `run shows the steps, and fails with the run`() async throws {
        let installation = try await Installation([])
        let file = try installation.write(
            """
            {"name": "t", "nodes": [{"id": "a", "type": "manual"},
             {"id": "b", "type": "set", "config": {"values": {"x": "{{ trigger.body.n + 1 }}"}}}],
             "edges": [{"source": "a", "target": "b"}]}
            """, to: "t.json")
        let good = try await installation.command(["run", file, "--input", #"{"n": 41}"#])
        #expect(good.status == 0, "\(good.errors)")
        #expect(good.output.contains(#"{"x":42}"#))
        let bad = try await installation.command(["run", file, "--input", "{}", "--json"])
        #expect(bad.status == 1)
        let run = try JSON(parsing: bad.output)
        #expect(run["status"] == "failed")
        #expect(run["error"]?["message"]?.string?.contains("trigger.body.n: \"n\" is missing") == true, "\(bad.output)")
    }

    @Test func `run lists every problem of a document`() async throws {
        let installation = try await Installation([])
        let file = try installation.write(
            """
            {"nodes": [{"id": "a", "type": "manul"}, {"id": "b", "type": "action", "uses": "nowhere/nothing"}],
             "edges": [{"source": "a", "target": "c"}]}
            """, to: "bad.json")
        let answer = try await installation.command(["run", file])
        #expect(answer.status == 1)
        for text in ["lacks \"name\"", "did you mean \"manual\"", "there is no connector", "no node of this workflow"] {
            #expect(answer.errors.contains(text), "\(text) in \(answer.errors)")
        }
        let json = try await installation.command(["run", file, "--json"])
        #expect((try JSON(parsing: json.output)["problems"]?.array?.count ?? 0) >= 3)
        let noJSON = try await installation.command(["run", try installation.write("{", to: "no.json")])
        #expect(noJSON.errors.contains("is not JSON: line 1, column 2"))
        let noFile = try await installation.command(["run", "/nowhere/at/all.json"])
        #expect(noFile.errors.contains("cannot be read"))
    }

    @Test func `the manifest of a library is shown, and a file that is none is refused by name`() async throws {
        let installation = try await Installation(["slack"])
        let library = installation.folder + "/plugins/slack/1.0.0/slack.so"
        let shown = try await installation.command(["connector", "manifest", library])
        #expect(try JSON(parsing: shown.output)["id"] == "slack")
        let text = try installation.write("not a library", to: "text.so")
        let refused = try await installation.command(["connector", "check", text])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("not-elf"))
        let good = try await installation.command(["connector", "check", installation.folder + "/plugins/slack/1.0.0"])
        #expect(good.status == 0, "\(good.errors)")
        let list = try await installation.command(["connector", "list", "--json"])
        #expect(try JSON(parsing: list.output)["items"]?[0]?["state"] == "available")
    }

    @Test func `settings that cannot be are refused with what they may be`() async throws {
        let installation = try await Installation([])
        let port = try await installation.command(["serve"], adding: ["PORT": "seventy"])
        #expect(port.status != 0)
        #expect(port.errors.contains("PORT is seventy"))
        let level = try await installation.command(["connector", "list", "--log-level", "loud"])
        #expect(level.errors.contains("LOG_LEVEL is loud"))
        let network = try await installation.command(["serve"], adding: ["PATCHBAY_ALLOW_NETWORKS": "everything"])
        #expect(network.status != 0)
        #expect(network.errors.contains("everything"))
        let version = try await installation.command(["version", "--json"])
        #expect(try JSON(parsing: version.output)["abi"] == "1.0")
    }

    @Test func `migrate may be repeated`() async throws {
        let installation = try await Installation([])
        let first = try await installation.command(["migrate", "--json"])
        #expect(try JSON(parsing: first.output)["applied"]?.array?.isEmpty == false, "\(first.errors)")
        let second = try await installation.command(["migrate"])
        #expect(second.output.contains("up to date"))
    }
}
