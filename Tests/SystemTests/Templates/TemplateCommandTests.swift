import HostFixture
import PatchbayJSON
import Testing

/// From a file to a workflow and back, by commands, between two tenants of one host.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TemplateCommandTests {
    private func template(_ version: String, greeting: String) -> String {
        """
        name: courier
        version: \(version)
        description: Tells of an order
        category: business-processes
        tags: [orders]
        parameters:
          - {name: greeting, schema: {type: string}, default: \(greeting)}
          - {name: whom, schema: {type: string}}
        workflow:
          name: Courier
          nodes:
            - {id: start, type: manual}
            - {id: tell, type: set, config: {values: {text: "{{ parameters.greeting }} {{ parameters.whom }}"}}}
            - {id: note, type: set, config: {values: {by: template}}}
          edges: [{source: start, target: tell}, {source: tell, target: note}]
        """
    }

    @Test func `a template goes from a file to a workflow, is judged and goes again, by commands`() async throws {
        let installation = try await Installation([])
        let host = try await installation.serve()
        let publisher = try #require(
            try await host.send("POST", "/api/v1/tenants", ["name": "Gorax"]).body["id"]?.string)
        func run(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
            try await installation.command(["template"] + arguments + ["--host", host.url])
        }
        func publish(_ version: String, greeting: String) async throws {
            let file = try installation.write(template(version, greeting: greeting), to: "courier.yaml")
            let offered = try await run("publish", file, "--tenant", publisher, "--json")
            let answer = try JSON(parsing: offered.output)
            #expect(offered.status == 0 && answer["state"] == "pending", "\(offered.errors)")
            #expect(try await run("submissions").output.contains("courier@\(version)"))
            let approved = try await run("approve", "courier@\(version)")
            #expect(approved.output == "courier \(version) is published.\n", "\(approved.errors)")
        }

        #expect(try await run("search").output == "There are no such templates.\n")
        #expect(try await run("submissions").output == "Nothing is pending.\n")
        let hasty = try installation.write(template("0.0.1", greeting: "Hey"), to: "hasty.yaml")
        #expect(try await run("publish", hasty, "--tenant", publisher).status == 0)
        let rejected = try await run("reject", "courier@0.0.1", "--reasons", "Greets nobody.")
        #expect(rejected.output == "courier 0.0.1 is rejected.\n", "\(rejected.errors)")
        #expect(try await run("submissions", "--state", "rejected").output.contains("Greets nobody."))
        let draft = try installation.write(template("0.1.0", greeting: "Hi"), to: "draft.yaml")
        #expect(
            try await run("publish", draft, "--draft", "--tenant", publisher).output.hasPrefix("Stored courier 0.1.0"))
        try await publish("1.0.0", greeting: "Order for")
        #expect(try await run("search", "ordres", "--sort", "rating").output.contains("courier"))
        #expect(try await run("preview", "courier").output.contains("parameter   whom, must be given"))

        let trial = try await run("install", "courier", "--dry-run")
        #expect(trial.status == 1 && trial.output.contains("whom"), "\(trial.output)\(trial.errors)")
        #expect(try await run("install", "courier").status == 1)
        #expect(try await run("review", "courier", "--stars", "5").errors.contains("Only who has installed"))
        let made = try JSON(
            parsing: try await run("install", "courier", "--set", "whom=Ada", "--name", "Mine", "--json").output)
        let (id, workflow) = (made.shown("id"), "/api/v1/workflows/" + made.shown("workflow_id"))
        func greeting() async throws -> JSON? {
            try await host.send("GET", workflow).body["document"]?["nodes"]?[1]?["config"]?["values"]?["text"]
        }
        #expect(try await greeting() == "Order for Ada")
        let ran = try await host.send("POST", workflow + "/execute", [:])
        #expect(ran.body["status"] == "completed", "\(ran.text)")
        #expect(try await run("installations").output.contains(id))

        // Somebody changes one node, the template another.
        var document = try await host.send("GET", workflow).body["document"]?.object ?? [:]
        var nodes = document["nodes"]?.array ?? []
        nodes[2] = ["id": "note", "type": "set", "config": ["values": ["by": "me"]]]
        document["nodes"] = .array(nodes)
        #expect(try await host.send("PUT", workflow, .object(document)).status == 200)
        try await publish("1.1.0", greeting: "Parcel for")
        #expect(try await run("installations", id).output.contains("\"update\": \"1.1.0\""))
        let look = try await run("update", id, "--dry-run", "--set", "greeting=Parcel for")
        #expect(look.status == 0 && look.output.contains("mine"), "\(look.output)\(look.errors)")
        #expect(try await greeting() == "Order for Ada")
        let updated = try await run("update", id, "--set", "greeting=Parcel for")
        #expect(updated.output.contains("It is at 1.1.0 now."), "\(updated.errors)")
        #expect(try await greeting() == "Parcel for Ada")
        #expect(
            try await host.send("GET", workflow).body["document"]?["nodes"]?[2]?["config"]
                == ["values": ["by": "me"]])
        #expect(try await run("revert", id).output == "It is at 1.0.0 again.\n")
        #expect(try await run("uninstall", id).output == "Uninstalled \(id).\n")
        #expect(try await host.send("GET", workflow).status == 404)

        // Who had it may say so.
        #expect(try await run("review", "courier", "--stars", "4", "--text", "Fine.", "--author", "Ada").status == 0)
        #expect(try await run("review", "courier").output.contains("Fine."))
        #expect(try await run("search", "--json").output.contains("\"average\": 4"))
        #expect(try await run("review", "courier", "--remove").output == "Your review of courier is gone.\n")
        #expect(try await run("report", "courier", "--reason", "broken").output.hasPrefix("The moderators are told"))
        let again = try await run("report", "courier", "--reason", "spam")
        #expect(again.status == 1 && again.errors.contains("already"))
        let reports = try JSON(parsing: try await run("reports", "--json").output)
        let report = try #require(reports["items"]?[0]?["id"]?.string)
        #expect(try await run("reports", report, "--resolve", "It is mended.").output == "\(report) is resolved.\n")
        #expect(try await run("reports").output == "No report is open.\n")
        #expect(
            try await run("withdraw", "courier", "--version", "1.1.0", "--tenant", publisher).output
                == "courier 1.1.0 is withdrawn.\n")
        #expect(try await run("search", "--json").output.contains("\"version\": \"1.0.0\""))
        for (arguments, words) in [
            (["preview", "A B"], "no template's name"), (["preview", "none"], "There is no template"),
            (["revert", "ins_1"], "no installation's id"), (["review", "courier", "--stars", "6"], "1 to 5"),
            (["report", "courier", "--reason", "dull"], "--reason is one of"),
            (["approve", "courier"], "write NAME@VERSION"), (["approve", "none@1.0.0"], "does not wait"),
            (["reports", "rep_1", "--dismiss"], "rep_ and 26"), (["reports", "--dismiss"], "Name the report"),
            (["search", "--sort", "fun"], "must be"), (["update", id, "--prefer", "none"], "mine or theirs"),
        ] {
            let refused = try await installation.command(["template"] + arguments + ["--host", host.url])
            #expect(refused.status != 0 && refused.errors.contains(words), "\(arguments): \(refused.errors)")
        }
        let views = try await host.send("GET", "/api/v1/templates/courier/analytics").body
        #expect(views["totals"]?["installs"] == 1 && views["totals"]?["uninstalls"] == 1)
        #expect(await host.stop() == 0)
    }
}

extension JSON {
    fileprivate func shown(_ name: String) -> String { self[name]?.string ?? "" }
}
