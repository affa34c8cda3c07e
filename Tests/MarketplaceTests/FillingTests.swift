import PatchbayCore
import PatchbayEngine
import PatchbayExpressions
import PatchbayJSON
import PatchbayMarketplace
import Testing

struct FillingTests {
    private let template = TemplateDocument.read(notifier).document!

    private func input(_ parameters: JSONObject, text: String = "{{ parameters.channel }}") throws -> JSON {
        let template = try #require(
            TemplateDocument.read(notifier.with(.string(text), at: "workflow", "nodes", "2", "input", "text")).document)
        let (values, problems) = template.values(for: parameters)
        #expect(problems == [])
        let filled = template.installable(with: values, choices: TemplateChoices())
        return try #require(filled["nodes"]?[2]?["input"])
    }

    @Test func `a parameter alone keeps its type, in a text it is text, in an expression a literal`() throws {
        let (values, problems) = template.values(for: ["channel": "#ops"])
        #expect(problems == [])
        let filled = template.installable(
            with: values,
            choices: TemplateChoices(
                credentials: ["SLACK_BOT_TOKEN": "team-slack", "GITHUB_WEBHOOK_SECRET": "GH"], workflowName: "Mine"))
        #expect(filled["name"] == "Mine")
        #expect(filled["nodes"]?[0]?["config"]?["verify"]?["secret"] == "GH")
        #expect(filled["nodes"]?[1]?["config"]?["if"] == "{{ trigger.body.count > 3 }}")
        #expect(filled["nodes"]?[2]?["uses"] == "slack@^1.0.0/send_message")
        #expect(filled["nodes"]?[2]?["credential"] == "team-slack")
        #expect(
            filled["nodes"]?[2]?["input"] == [
                "channel": "#ops", "text": "{{ trigger.body.name }} for #ops", "count": 3,
            ])
    }

    @Test(arguments: ["{{ secrets }}", "a {{ b", "{", "\\", "\\{{ x }}", "\" + env.HOME + \"", "ä\n\u{1}"])
    func `what a value holds is never read as an expression`(value: String) throws {
        for (text, wanted) in [
            ("{{ parameters.channel }}", value + ""), ("<{{ parameters.channel }}>", "<\(value)>"),
            ("{{ 'a' + parameters.channel }}", "a" + value), ("{{ parameters.channel }}{{ 1 }}", value + "1"),
        ] where value.count > 1 || text != "{{ parameters.channel }}" {
            let document: JSON = [
                "name": "x",
                "nodes": [
                    ["id": "m", "type": "manual"],
                    ["id": "s", "type": "set", "config": ["values": ["value": .string(text)]]],
                ],
                "edges": [["source": "m", "target": "s"]],
            ]
            let json =
                notifier.with(document, at: "workflow").with([], at: "required_connectors")
                .with([], at: "required_credentials").with([["name": "channel"]], at: "parameters")
            let template = try #require(TemplateDocument.read(json).document)
            let filled = template.installable(with: ["channel": .string(value)], choices: TemplateChoices())
            let plan = try #require(Planner(catalogue: StubCatalogue()).plan(filled).plan, "\(filled)")
            guard case .set(let compiled)? = plan["s"]?.kind else {
                Issue.record("no set")
                continue
            }
            #expect(try compiled.evaluate(in: Scope(trigger: [:])) == ["value": .string(wanted)], "\(filled)")
        }
    }

    @Test func `values of lists and objects are put in whole, and as literals into expressions`() throws {
        let list: JSON = ["a", ["b": -1], "{{ x }}"]
        let json =
            notifier.with(["name": "p", "schema": ["type": "array"], "default": list], at: "parameters", "1")
            .with("{{ parameters.p[1].b - parameters.p.size() }}", at: "workflow", "nodes", "2", "input", "text")
            .with("{{ parameters.p }}", at: "workflow", "nodes", "2", "input", "count")
            .with("{{ true }}", at: "workflow", "nodes", "1", "config", "if")
        let template = try #require(TemplateDocument.read(json).document)
        let input = template.installable(with: template.values(for: [:]).values, choices: TemplateChoices())["nodes"]?[
            2]?["input"]
        #expect(input?["count"] == ["a", ["b": -1], "{{ \"{{ x }}\" }}"])
        #expect(
            input?["text"]
                == #"{{ ["a", {"b": (-1)}, "{{ x }}"][1].b - ["a", {"b": (-1)}, "{{ x }}"].size() }}"#)
    }

    @Test func `a value that is missing, wrong or unknown is told with its place`() {
        let needy = TemplateDocument.read(notifier.with(nil, at: "parameters", "1", "default")).document!
        let problems = needy.values(for: ["channel": "#", "chanel": "x"]).problems
        #expect(problems.map(\.code) == ["bad-parameter", "missing-parameter", "unknown-parameter"])
        #expect(problems.map(\.pointer) == ["/parameters/channel", "/parameters", "/parameters/chanel"])
    }

    @Test func `credentials in expressions are mapped as well`() throws {
        let json = notifier.with(
            ["value": "{{ credentials.SLACK_BOT_TOKEN }}"], at: "workflow", "nodes", "2", "input", "headers")
        let template = try #require(TemplateDocument.read(json).document)
        let filled = template.installable(
            with: template.values(for: [:]).values,
            choices: TemplateChoices(credentials: ["SLACK_BOT_TOKEN": "team-slack"]))
        #expect(filled["nodes"]?[2]?["input"]?["headers"]?["value"] == "{{ credentials.`team-slack` }}")
    }

    @Test func `a workflow becomes a draft with slots, ranges and offers, which is a good template once chosen`() throws
    {
        let filled = template.installable(
            with: template.values(for: [:]).values,
            choices: TemplateChoices(
                credentials: ["SLACK_BOT_TOKEN": "team-slack", "GITHUB_WEBHOOK_SECRET": "github-hook"]))
        let stored = Planner(catalogue: StubCatalogue()).plan(filled).document
        #expect(stored["nodes"]?[2]?["uses"] == "slack@1.2.0/send_message")
        let draft = TemplateDraft(
            of: stored, credentials: [], name: "mine", author: "me", category: .devops,
            chosen: ["/nodes/2/input/channel", "/nodes/9/no"])
        #expect(draft.offers.map(\.name) == ["path", "channel", "count"])
        #expect(draft.document["workflow"]?["nodes"]?[2]?["uses"] == "slack/send_message")
        #expect(draft.document["required_connectors"] == [["id": "slack", "version": "^1.2.0"]])
        #expect(draft.document["required_credentials"] == [["name": "GITHUB_HOOK"], ["name": "TEAM_SLACK"]])
        #expect(draft.document["workflow"]?["nodes"]?[2]?["input"]?["channel"] == "{{ parameters.channel }}")
        #expect(check.check(draft.document).problems == [])
    }
}
