import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import Testing

struct ConnectorWebhookPlanningTests {
    /// A vendor with one trigger that it calls, and an action.
    private struct Vendor: ConnectorCatalogue {
        let version = Version(major: 1, minor: 0, patch: 0)
        var connectors: [String] { ["octo"] }
        func versions(of connector: String) -> [Version] { connector == "octo" ? [version] : [] }
        func operations(of connector: String, version: Version) -> [String] {
            ["opened", "opened_subscribe", "comment"]
        }

        func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
            let slot = CredentialSlot(name: "account", kinds: [.bearer], isRequired: true)
            let config: JSON = [
                "type": "object", "required": ["repo"], "properties": ["repo": ["type": "string"]],
                "additionalProperties": false,
            ]
            let isTrigger = reference.operation == "opened"
            guard operations(of: reference.connector, version: version).contains(reference.operation) else {
                return .failure(.unknownOperation(offered: ["opened", "comment"]))
            }
            return .success(
                OperationDeclaration(
                    reference: reference, title: "x", effect: .read, isIdempotent: true,
                    inputSchema: isTrigger ? ["type": "object", "properties": ["config": config]] : ["type": "object"],
                    outputSchema: true, credential: isTrigger ? nil : slot, timeout: 1_000,
                    group: isTrigger ? WebhookGroup(subscribe: "opened_subscribe", unsubscribe: "opened_end") : nil))
        }
    }

    private let planner = Planner(catalogue: Vendor())
    private let reference = OperationReference(
        connector: "octo", version: Version(major: 1, minor: 0, patch: 0), operation: "opened")

    private func plan(
        _ config: JSON, uses: String = "octo/opened", credential: String? = "token",
        _ credentials: [CredentialRecord]? = nil
    ) -> Planning {
        var hook: JSONObject = ["id": "hook", "type": "webhook", "uses": .string(uses), "config": config]
        hook["credential"] = credential.map(JSON.string)
        return planner.plan(["name": "w", "nodes": [.object(hook)]], credentials: credentials)
    }

    @Test func `a trigger of a connector is pinned, and needs no path`() throws {
        let planning = plan(
            ["input": ["repo": "r"], "filter": "$.body.issue"], [.fixture("token", .bearer, for: "octo")])
        #expect(planning.problems == [])
        #expect(planning.document["nodes"]?[0]?["uses"] == "octo@1.0.0/opened")
        #expect(
            planning.webhooks == [
                PlannedWebhook(node: "hook", endpoint: nil, filter: "$.body.issue", trigger: reference)
            ])
        #expect(planning.webhooks.first?.verifies == true)
        let declared = try #require(DeclaredSubscription.all(in: planning.document).first)
        #expect(declared.node == "hook" && declared.uses == "octo@1.0.0/opened")
        #expect(declared.credential == "token" && declared.input == ["repo": "r"])
    }

    @Test(
        arguments: [
            ([:], "missing-input", "/nodes/0/config/input"),
            (["input": ["repo": 5]], "wrong-type", "/nodes/0/config/input/repo"),
            (["input": ["repo": "r", "x": 1]], "unknown-input", "/nodes/0/config/input/x"),
            (["input": ["repo": "r"], "path": "a"], "unknown-member", "/nodes/0/config/path"),
            (["input": ["repo": "r"], "verify": ["scheme": "github"]], "unknown-member", "/nodes/0/config/verify"),
            (["input": ["repo": "r"], "wait": "3s"], "unknown-member", "/nodes/0/config/wait"),
            (["input": ["repo": "r"], "repo": "r"], "unknown-member", "/nodes/0/config/repo"),
            (["input": ["repo": "r"], "filter": "$.["], "expression-syntax", "/nodes/0/config/filter"),
        ] as [(JSON, String, String)])
    func `its configuration is held against the connector's schema`(config: JSON, code: String, pointer: String) {
        let problems = plan(config).problems
        #expect(problems.map(\.code) == [code])
        #expect(problems.first?.pointer == pointer)
    }

    @Test func `the credential is that of what subscribes`() {
        let config: JSON = ["input": ["repo": "r"]]
        #expect(plan(config, credential: nil, []).problems.map(\.code) == ["missing-credential"])
        #expect(plan(config, []).problems.map(\.code) == ["unknown-credential"])
        #expect(plan(config, [.fixture("token", .secret)]).problems.map(\.code) == ["misfit-credential"])
    }

    @Test func `actions are no triggers, and triggers no actions`() {
        #expect(plan(["input": ["repo": "r"]], uses: "octo/comment").problems.map(\.code) == ["not-a-trigger"])
        #expect(plan(["input": ["repo": "r"]], uses: "octo/closed").problems.map(\.code) == ["unknown-action"])
        let action: JSON = ["id": "a", "type": "action", "uses": "octo/opened", "input": [:]]
        let manual: JSON = ["id": "m", "type": "manual"]
        let document: JSON = [
            "name": "w", "nodes": [manual, action], "edges": [["source": "m", "target": "a"]],
        ]
        #expect(planner.plan(document, credentials: nil).problems.map(\.code) == ["not-an-action"])
    }

    @Test func `what others deliver to names neither an input nor a credential`() {
        let plain: JSON = ["id": "hook", "type": "webhook", "config": ["path": "a", "input": ["repo": "r"]]]
        #expect(
            planner.plan(["name": "w", "nodes": [plain]], credentials: nil).problems.map(\.code) == ["unknown-member"])
        let named = plain.with("config", ["path": "a"]).with("credential", "token")
        let problems = planner.plan(["name": "w", "nodes": [named]], credentials: nil).problems
        #expect(problems.map(\.pointer) == ["/nodes/0/credential"])
    }

    @Test func `a subscription belongs to connector, trigger and input, not to a version`() {
        func source(_ uses: String, _ input: JSON) -> String? {
            let node: JSON = ["id": "n", "type": "webhook", "uses": .string(uses), "config": ["input": input]]
            return DeclaredSubscription.all(in: ["nodes": [node]]).first?.source
        }
        #expect(source("octo@1.0.0/opened", ["a": 1]) == source("octo@2.0.0/opened", ["a": 1]))
        #expect(source("octo@1.0.0/opened", ["a": 1]) != source("octo@1.0.0/opened", ["a": 2]))
        #expect(source("octo@1.0.0/opened", ["a": 1]) != source("octo@1.0.0/closed", ["a": 1]))
    }
}
