import HostFixture
import PatchbayJSON
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct AlertCommandTests {
    private static let failures =
        #"{"name": "failures", "condition": {"kind": "failures", "count": 3, "window": "10m"}, "#
        + #""notify": [{"type": "webhook", "url": "https://example.com/", "credential": "HOOK"}]}"#

    @Test func `alerts are made, seen, switched, tried and deleted from the shell, each tenant's apart`() async throws {
        let installation = try await Installation([])
        func run(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
            try await installation.command(["alert"] + arguments)
        }
        func json(_ arguments: String...) async throws -> JSON {
            let answer = try await installation.command(["alert"] + arguments + ["--json"])
            try #require(answer.status == 0, "\(answer.errors)")
            return try JSON(parsing: answer.output)
        }
        let host = try await installation.serve()
        let added = try await host.send(
            "POST", "/api/v1/credentials", ["name": "HOOK", "kind": "secret", "fields": ["value": "hush-hush"]])
        #expect(added.status == 201, "\(added.text)")
        #expect(try await run("list").output == "There are no alerts.\n")
        #expect(try await json("list") == ["items": []])

        let made = try await json("create", Self.failures)
        let id = try #require(made["id"]?.string)
        #expect(made["status"] == "ok" && made["quiet"] != nil)
        let table = try await run("list").output
        #expect(table.hasPrefix("ALERT") && table.contains(id) && table.contains("failures"))
        #expect(try await host.send("GET", "/api/v1/alerts/\(id)").body["name"] == "failures")

        #expect(try await run("disable", id).output == "failures is off.\n")
        #expect(try await json("show", id)["status"] == "disabled")
        #expect(try await json("enable", id)["status"] == "ok")
        #expect(try await run("show", id).output.contains("Nothing has come of it yet."))
        #expect(try await run("test", id).output.hasPrefix("1 messages wait to be sent"))
        #expect(try await json("show", id)["history"]?[0]?["event"] == "test")

        // What it tells by stays as long as it does.
        let users = try await installation.command(["credential", "used-by", "HOOK", "--json"])
        #expect(
            try JSON(parsing: users.output)
                == ["items": [], "alerts": [["alert_id": .string(id), "name": "failures"]]])
        let kept = try await installation.command(["credential", "remove", "HOOK"])
        #expect(kept.status == 1 && kept.errors.contains("The alert `failures` uses `HOOK`"))

        let tenant = try await installation.command(["tenant", "create", "other", "--json"])
        let other = try #require(try JSON(parsing: tenant.output)["id"]?.string, "\(tenant.errors)")
        #expect(try await json("list", "--tenant", other) == ["items": []])
        #expect(try await run("show", id, "--tenant", other).errors.contains("There is no alert"))
        #expect(try await run("create", Self.failures, "--tenant", other).errors.contains("There is no credential"))
        for command in ["schedule", "poll"] {
            let list = try await installation.command([command, "list", "--tenant", other, "--json"])
            #expect(try JSON(parsing: list.output) == ["items": []], "\(list.errors)")
        }

        #expect(try await run("delete", id).output == "Deleted failures.\n")
        #expect(try await run("show", id).errors.contains("patchbay alert list"))
        #expect(try await installation.command(["credential", "remove", "HOOK"]).status == 0)
        #expect(await host.stop() == 0)
    }

    @Test func `what is no alert is said, with what would be one`() async throws {
        let installation = try await Installation([])
        let unknown = "01j0000000e008000000000001"
        for (arguments, words) in [
            (["show", "alert_1"], "no alert's id"), (["enable", "alert_" + unknown], "There is no alert"),
            (["create", "{"], "ALERT is no JSON"), (["create", "{}"], "lacks"),
            (["create", Self.failures], "There is no credential `HOOK`"),
            (["list", "--tenant", "x"], "no tenant's id"),
            (["list", "--tenant", "ten_01j0000000e00800000000000z"], "There is no tenant"),
        ] {
            let refused = try await installation.command(["alert"] + arguments)
            #expect(refused.status != 0 && refused.errors.contains(words), "\(arguments): \(refused.errors)")
            #expect(refused.output.isEmpty)
        }
    }
}
