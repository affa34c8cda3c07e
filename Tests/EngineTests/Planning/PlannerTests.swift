import PatchbayCore
import PatchbayEngine
import PatchbayExpressions
import PatchbayJSON
import PatchbaySecurity
import Testing

struct PlannerTests {
    private let planner = Planner(catalogue: FixtureCatalogue(), environment: ["CHANNEL": "#x"])
    private let credentials: [CredentialRecord] = [
        .fixture("team-slack", .bearer), .fixture("KEY", .secret), .fixture("jira", .bearer, for: "jira"),
        .fixture("login", .basic),
    ]

    private func problems(_ document: FixtureDocument) -> [Problem] {
        let planning = planner.plan(document.json, credentials: credentials)
        if planning.plan != nil { #expect(NodeSchemas.violations(of: planning.document) == []) }
        return planning.problems
    }

    @Test func `a good document becomes a plan`() throws {
        let document = FixtureDocument()
        let planning = planner.plan(document.json, credentials: credentials)
        #expect(planning.problems == [])
        #expect(planning.document == document.json)
        let plan = try #require(planning.plan)
        #expect(plan.nodes.map(\.id) == ["hook", "ok", "tell"])
        #expect(plan.index == ["hook": 0, "ok": 1, "tell": 2])
        #expect(plan.triggers == [0])
        #expect(plan.nodes[0].outgoing == [PlannedNode.Link(node: 1)])
        #expect(plan.nodes[1].incoming == [PlannedNode.Link(node: 0)])
        #expect(plan.nodes[1].outgoing == [PlannedNode.Link(node: 2, port: "true")])
        #expect(plan.nodes[2].incoming == [PlannedNode.Link(node: 1, port: "true")])
        let tell = try #require(plan["tell"])
        #expect(tell.timeout == 20_000)
        let retry = RetryPolicy(attempts: 4, backoff: .exponential, initial: 1000, max: 30_000, jitter: true)
        #expect(tell.retry == retry)
        guard case .action(let action) = tell.kind else {
            Issue.record("no action")
            return
        }
        #expect(action.declaration.reference.description == "slack@1.0.0/send_message")
        #expect(action.credential == "team-slack")
        let scope = Scope(trigger: ["body": ["repository": ["full_name": "o/r"]]])
        #expect(try action.input.evaluate(in: scope) == ["channel": "#deployments", "text": "o/r is live"])
        #expect(
            planning.webhooks == [PlannedWebhook(node: "hook", endpoint: "deploy", scheme: .github, secrets: ["KEY"])])
    }

    @Test func `the compact form is planned and written back in full`() throws {
        let planning = planner.plan(
            [
                "name": "Deployment Notifier",
                "graph": [
                    "nodes": [
                        ["id": "trigger_1", "type": "webhook", "config": ["method": "POST", "path": "/deploy"]],
                        [
                            "id": "action_1", "type": "slack", "credential": "team-slack",
                            "config": [
                                "action": "send_message", "channel": "#d",
                                "text": "{{trigger.payload.repo}} to {{trigger.payload.env}}",
                            ],
                        ],
                    ], "edges": [["source": "trigger_1", "target": "action_1"]],
                ],
            ], credentials: credentials)
        #expect(planning.problems == [])
        #expect(planning.plan != nil)
        #expect(planning.document["nodes"]?[1]?["uses"] == "slack@1.2.0/send_message")
        #expect(planning.webhooks.map(\.endpoint) == ["deploy"])
        #expect(planning.webhooks.map(\.scheme) == [.none])
    }

    @Test(arguments: [
        ("slack/send_message", "1.2.0"), ("slack@1/send_message", "1.2.0"), ("slack@1.0/send_message", "1.0.0"),
        ("slack@^1.0/send_message", "1.2.0"), ("slack@~1.0.0/send_message", "1.0.0"), ("slack@*/send_message", "1.2.0"),
        ("slack@2.0.0-beta.1/send_message", "2.0.0-beta.1"),
    ])
    func `versions are pinned to the newest installed that fits`(uses: String, version: String) {
        var document = FixtureDocument()
        document.tell = document.tell.with("uses", .string(uses))
        let planning = planner.plan(document.json, credentials: credentials)
        #expect(planning.problems == [])
        #expect(planning.document["nodes"]?[2]?["uses"] == .string("slack@\(version)/send_message"))
        // Planning what was written back changes nothing more.
        #expect(planner.plan(planning.document, credentials: credentials).document == planning.document)
    }

    @Test func `a prerelease will do where there is nothing else and no version is asked for`() {
        let planner = Planner(catalogue: FixtureCatalogue(slack: [Version("2.0.0-beta.1")].compactMap { $0 }))
        var document = FixtureDocument()
        document.tell = document.tell.with("uses", "slack/send_message")
        #expect(planner.plan(document.json).document["nodes"]?[2]?["uses"] == "slack@2.0.0-beta.1/send_message")
        document.tell = document.tell.with("uses", "slack@2/send_message")
        #expect(planner.plan(document.json).problems.map(\.code) == ["unknown-version"])
    }

    @Test(arguments: [
        ("slak/send_message", "unknown-connector", "did you mean \"slack\"?"),
        ("zzzzz@1/x", "unknown-connector", "installed are: http, slack"),
        ("slack@3/send_message", "unknown-version", "installed: 2.0.0-beta.1, 1.2.0, 1.0.0"),
        ("slack@1.1.0/send_message", "unknown-version", "installed: 2.0.0-beta.1, 1.2.0, 1.0.0"),
        ("slack/send_mesage", "unknown-action", "did you mean \"send_message\"?"),
        ("slack/x", "unknown-action", "its actions are: send_message, add_reaction"),
        ("broken/x", "connector-refused", "see it in the list of connectors"),
        ("broken@1.0.0/x", "connector-refused", "see it in the list of connectors"),
        ("slack", "bad-uses", nil), ("slack@/x", "bad-uses", nil), ("slack@1.2.3.4/x", "bad-uses", nil),
        ("slack@^/x", "bad-uses", nil), ("slack/", "bad-uses", nil), ("/x", "bad-uses", nil),
        ("a b/c", "bad-uses", nil),
        ("slack@01/x", "bad-uses", nil), ("slack@9223372036854775807/x", "bad-uses", nil), ("a/b/c", "bad-uses", nil),
    ])
    func `an operation that is not there is named with what is`(uses: String, code: String, hint: String?) {
        var document = FixtureDocument()
        document.tell = document.tell.with("uses", .string(uses))
        let found = problems(document)
        #expect(found.map(\.code) == [code])
        #expect(found.first?.node == "tell")
        #expect(found.first?.pointer == "/nodes/2/uses")
        if let hint { #expect(found.first?.hint == hint) }
        #expect(found.first?.hint != nil)
    }

    @Test(
        arguments: [
            (["channel": "#d"], "missing-input", ""),
            (["channel": 5, "text": "t"], "wrong-type", "/channel"),
            (["channel": "#d", "txt": "t", "text": "t"], "unknown-input", "/txt"),
            (["channel": "#d", "text": "t", "blocks": [["size": "x"]]], "wrong-type", "/blocks/0/size"),
            (["channel": "#d", "text": "t", "count": "12"], "wrong-type", "/count"),
        ] as [(JSON, String, String)])
    func `the input is held against the action's schema`(input: JSON, code: String, place: String) {
        var document = FixtureDocument()
        document.tell = document.tell.with("input", input)
        let found = problems(document)
        #expect(found.map(\.code) == [code])
        #expect(found.first?.pointer.hasPrefix("/nodes/2/input" + (code == "unknown-input" ? "" : place)) == true)
    }

    @Test func `templates fit any type until a run`() {
        var document = FixtureDocument()
        document.tell = document.tell.with(
            "input",
            [
                "channel": "{{ trigger.body.c }}", "text": "{{ 1 }}", "count": "{{ trigger.body.n }}",
                "blocks": "{{ trigger.body.blocks }}",
            ])
        #expect(problems(document) == [])
    }

    @Test func `wrong expressions are named with node, pointer, line and column`() {
        var document = FixtureDocument()
        document.tell = document.tell.with(
            "input", ["channel": "{{ env.CHANEL }}", "text": "a\n{{ steps.okk.output }} {{ trigger.body. }}"])
        document.condition = document.condition.with("config", ["if": "{{ triger.body.x }}"])
        let found = problems(document)
        #expect(found.map(\.code) == ["unknown-name", "unknown-name", "expression-syntax"])
        #expect(found.map(\.pointer) == ["/nodes/1/config/if", "/nodes/2/input/channel", "/nodes/2/input/text"])
        #expect(found.map(\.node) == ["ok", "tell", "tell"])
        #expect(found[0].message == "line 1, column 4: unknown name \"triger\"")
        #expect(found[0].hint == "did you mean \"trigger\"?")
        #expect(found[1].hint == "did you mean \"CHANNEL\"?")
        #expect(found[2].message.hasPrefix("line 2, column 41: expected a member's name") == true)
    }

    @Test(arguments: [
        ("nobody", "unknown-credential"), ("team-slak", "unknown-credential"), ("jira", "misfit-credential"),
        ("login", "misfit-credential"), ("KEY", "misfit-credential"), (nil, "missing-credential"),
    ])
    func `a credential that is not there or does not fit is named`(name: String?, code: String) {
        var document = FixtureDocument()
        document.tell = document.tell.with("credential", name.map(JSON.string))
        let found = problems(document)
        #expect(found.map(\.code) == [code])
        #expect(found.first?.pointer == (name == nil ? "/nodes/2" : "/nodes/2/credential"))
        if name == "team-slak" { #expect(found.first?.hint == "did you mean \"team-slack\"?") }
        if name == nil { #expect(found.first?.hint == "name one in \"credential\", such as \"team-slack\"") }
        // Without a list, credentials are not checked.
        #expect(planner.plan(document.json).problems == [])
    }

    @Test func `a credential for an action without a slot is refused, and an optional one may be missing`() {
        var document = FixtureDocument()
        document.tell = document.tell.with("uses", "http/request")
        #expect(problems(document).map(\.code) == ["unused-credential"])
        document = FixtureDocument()
        document.tell = document.tell.with("uses", "slack@1.0.0/add_reaction").with("credential", nil)
        #expect(problems(document) == [])
    }

    @Test(
        arguments: [
            ([:], "missing-member", "/nodes/1/config"), (["if": "trigger.body.ok"], "wrong-type", "/nodes/1/config/if"),
            (["if": 1], "wrong-type", "/nodes/1/config/if"),
            (["if": ["a": "{{ true }}"]], "wrong-type", "/nodes/1/config/if"),
            (["if": "{{ true }} "], "wrong-type", "/nodes/1/config/if"),
            (["if": true, "iff": 1], "unknown-member", "/nodes/1/config/iff"),
        ] as [(JSON, String, String)])
    func `a condition must be one expression`(config: JSON, code: String, pointer: String) {
        var document = FixtureDocument()
        document.condition = document.condition.with("config", config)
        let found = problems(document)
        #expect(found.map(\.code) == [code])
        #expect(found.map(\.pointer) == [pointer])
    }

    @Test func `a set node takes values, and a manual one nothing`() throws {
        var document = FixtureDocument()
        document.more = [
            ["id": "start", "type": "manual"],
            ["id": "note", "type": "set", "config": ["values": ["n": "{{ input.n + 1 }}"]]],
        ]
        document.edges.append(["source": "start", "target": "note"])
        let planning = planner.plan(document.json, credentials: credentials)
        #expect(planning.problems == [])
        guard case .set(let value)? = planning.plan?["note"]?.kind else {
            Issue.record("no set node")
            return
        }
        #expect(try value.evaluate(in: Scope(trigger: ["body": ["n": 1]])) == ["n": 2])
        #expect(planning.plan?.triggers == [0, 3])
        document.more = [
            ["id": "start", "type": "manual", "config": ["x": 1]],
            ["id": "note", "type": "set", "config": ["value": 1]],
        ]
        #expect(problems(document).map(\.code) == ["unknown-member", "missing-member", "unknown-member"])
    }

    @Test func `structural problems come together with all others`() {
        var document = FixtureDocument()
        document.hook = document.hook.with("tpye", "x")
        document.tell = document.tell.with("input", [:]).with("timeout", "soon").with("credential", "nobody")
        document.edges = [["source": "hook", "target": "ok"]]
        #expect(
            problems(document).map(\.code) == [
                "unknown-member", "bad-duration", "missing-input", "missing-input", "unknown-credential", "unreachable",
            ])
    }

    @Test func `a document that could not be read whole is answered as it was given`() {
        var document = FixtureDocument()
        document.hook = document.hook.with("type", "webhok")
        let planning = planner.plan(document.json, credentials: credentials)
        #expect(planning.plan == nil)
        #expect(planning.problems.map(\.code) == ["unknown-kind"])
        #expect(planning.document == document.json)
        #expect(planner.plan([1, 2]).document == [1, 2])
    }

    @Test func `only the first problems of very many are told`() {
        let nodes = (0..<900).map { ["id": .string("n\($0)"), "type": "nothing"] as JSON }
        let found = planner.plan(["name": "w", "nodes": .array(nodes)]).problems
        #expect(found.count == Planner.mostProblems + 1)
        #expect(found.last?.message == "the workflow has 400 further problems")
    }
}
