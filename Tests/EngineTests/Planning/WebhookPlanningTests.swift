import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySecurity
import Testing

struct WebhookPlanningTests {
    private let planner = Planner(catalogue: FixtureCatalogue())

    private func plan(_ configs: JSON..., credentials: [CredentialRecord]? = nil) -> Planning {
        let nodes = configs.enumerated().map { index, config in
            ["id": .string("hook\(index)"), "type": "webhook", "config": config] as JSON
        }
        return planner.plan(["name": "w", "nodes": .array(nodes)], credentials: credentials)
    }

    @Test(arguments: ["deploy", "/deploy", "team/deploy", "a-b_c.d~e"])
    func `a path that can stand in a URL is taken`(path: String) {
        let planning = plan(["path": .string(path)])
        #expect(planning.problems == [])
        #expect(planning.webhooks.map(\.endpoint) == [path.hasPrefix("/") ? String(path.dropFirst()) : path])
    }

    @Test(arguments: [
        "/", "a//b", "a/", "//a", ".", "a/../b", "a b", "é", "a?b", "{{ env.X }}", "a%20b", "wh_01", "/wh_01",
        String(repeating: "a", count: 201),
    ])
    func `any other path is refused`(path: String) {
        let found = plan(["path": .string(path)]).problems
        #expect(found.map(\.code) == ["bad-path"])
        #expect(found.first?.pointer == "/nodes/0/config/path")
    }

    @Test(
        arguments: [
            (["path": 5], "wrong-type"), (["path": "a", "method": "FETCH"], "bad-value"),
            (["path": "a", "method": []], "bad-value"), (["path": "a", "method": ["GET", "HEAD"]], "bad-value"),
            (["path": "a", "verify": ["scheme": "github", "previous": "K"]], "missing-member"),
            (["path": "a", "verify": ["scheme": "none", "previous": "K"]], "bad-value"),
            (["path": "a", "filter": "true"], "wrong-type"), (["path": "a", "filter": "$.a["], "expression-syntax"),
            (["path": "a", "filter": "{{ trigger.body. }}"], "expression-syntax"),
            (["path": "a", "filter": "{{ 1 + 1 }}"], "wrong-type"), (["path": "a", "filter": 1], "wrong-type"),
            (["path": "a", "verify": ["scheme": "githb", "secret": "K"]], "bad-value"),
            (["path": "a", "verify": [:]], "missing-member"),
            (["path": "a", "verify": ["scheme": "none", "secret": "K"]], "bad-value"),
            (["path": "a", "verify": ["scheme": "patchbay", "secret": "K", "x": 1]], "unknown-member"),
            (["path": "a", "verfy": [:]], "unknown-member"),
        ] as [(JSON, String)])
    func `a bad configuration says why`(config: JSON, code: String) {
        #expect(plan(config).problems.map(\.code) == [code])
    }

    @Test func `two webhooks of a workflow cannot share a path`() {
        let found = plan(["path": "a"], ["path": "/a"]).problems
        #expect(found.map(\.code) == ["duplicate-path"])
        #expect(found.first?.node == "hook1")
        #expect(found.first?.message.contains("\"hook0\"") == true)
    }

    @Test func `the signing key must be a credential of kind secret`() {
        let config: JSON = ["path": "a", "verify": ["scheme": "patchbay", "secret": "KEY"]]
        #expect(plan(config, credentials: []).problems.map(\.code) == ["unknown-credential"])
        #expect(plan(config, credentials: [.fixture("KEY", .bearer)]).problems.map(\.code) == ["misfit-credential"])
        let good = plan(config, credentials: [.fixture("KEY", .secret)])
        #expect(good.problems == [])
        #expect(good.webhooks == [PlannedWebhook(node: "hook0", endpoint: "a", scheme: .patchbay, secrets: ["KEY"])])
    }

    @Test func `webhooks are told although something else is wrong`() {
        let planning = plan(["path": "a", "method": "PUT"], ["path": "b", "unknown": 1])
        #expect(planning.plan == nil)
        #expect(planning.webhooks.map(\.endpoint) == ["a", "b"])
        #expect(planning.webhooks.map(\.methods) == [["PUT"], ["POST"]])
    }

    @Test func `a webhook may have no path, several methods, a former secret and a filter`() {
        let planning = plan(
            [
                "method": ["PUT", "POST", "PUT"], "filter": "$.body.ref",
                "verify": ["scheme": "github", "secret": "NEW", "previous": "OLD"],
            ], ["verify": ["scheme": "standard-webhooks"]])
        #expect(planning.problems == [])
        #expect(
            planning.webhooks == [
                PlannedWebhook(
                    node: "hook0", endpoint: nil, methods: ["PUT", "POST"], scheme: .github, secrets: ["NEW", "OLD"],
                    filter: "$.body.ref"),
                PlannedWebhook(node: "hook1", endpoint: nil, scheme: .standardWebhooks),
            ])
    }

    @Test(
        arguments: [
            ("$.body.ref", true), ("$.body.commits[?@.added]", true), ("$.body.commits[?@.id > 3]", false),
            ("$.headers['x-event']", true), ("{{ trigger.body.ref == 'main' }}", true),
            ("{{ trigger.body.ref == 'dev' }}", false), ("{{ trigger.headers['x-event'] == 'push' }}", true),
        ])
    func `a filter decides by the trigger's data`(filter: String, passes: Bool) throws {
        let trigger: JSON = [
            "kind": "webhook", "body": ["ref": "main", "commits": [["id": 1, "added": ["a"]]]],
            "headers": ["x-event": "push"],
        ]
        #expect(try WebhookFilter(filter).passes(trigger) == passes)
    }

    @Test(arguments: ["{{ trigger.body.ref.size() > 2 }}", "{{ trigger.body.absent == 1 }}", "{{ trigger.body.n }}"])
    func `a filter that cannot decide says why`(filter: String) throws {
        let filter = try WebhookFilter(filter)
        #expect(throws: WebhookFilter.Problem.self) { try filter.passes(["body": ["ref": 1, "n": 1]]) }
    }
}
